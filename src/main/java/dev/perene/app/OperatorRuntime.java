package dev.perene.app;

import dev.perene.adapter.kube.KubeObjectStore;
import dev.perene.adapter.kube.SdkOperator;
import dev.perene.adapter.libvirt.JnaLibvirtConnector;
import dev.perene.adapter.probe.TcpAddressProbe;
import dev.perene.adapter.ssh.MinaHostShell;
import dev.perene.host.HostMonitors;
import dev.perene.host.HypervisorReconciler;
import dev.perene.port.AddressProbe;
import dev.perene.port.Journal;
import dev.perene.port.TimeSource;
import dev.perene.vm.VirtualMachineReconciler;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.jspecify.annotations.Nullable;

/** Wires the operator together: adapters, monitors, reconcilers. */
@ApplicationScoped
public class OperatorRuntime {
    private final KubernetesClient client;
    private final MeterRegistry registry;
    private @Nullable Running running;

    private record Running(KubeObjectStore store, MinaHostShell shell, HostMonitors monitors, SdkOperator operator) {
        void stop() {
            operator.close();
            monitors.close();
            shell.close();
            store.close();
        }
    }

    @Inject
    OperatorRuntime(KubernetesClient client, MeterRegistry registry) {
        this.client = client;
        this.registry = registry;
    }

    /** Fills the caches and begins to reconcile. */
    synchronized void start() {
        TimeSource time = new SystemTime();
        Journal journal = new LogJournal();
        AddressProbe probe = new TcpAddressProbe();
        KubeObjectStore store = new KubeObjectStore(client);
        MinaHostShell shell = new MinaHostShell(store);
        HostMonitors monitors = new HostMonitors(
                new MeteredLibvirtConnector(new JnaLibvirtConnector(probe, store, time), registry),
                shell,
                probe,
                new PlatformWorkers(),
                time,
                journal);
        SdkOperator operator = new SdkOperator(
                client,
                store,
                monitors,
                MicrometerMetrics.withoutPerResourceMetrics(registry),
                new HypervisorReconciler(monitors, store, time, journal),
                new VirtualMachineReconciler(monitors, store, time, journal));
        operator.start();
        running = new Running(store, shell, monitors, operator);
    }

    /** Whether the caches are full and reconcilers run. */
    synchronized boolean ready() {
        return running != null && running.store().synced();
    }

    synchronized void stop(@Observes ShutdownEvent event) {
        if (running != null) {
            running.stop();
            running = null;
        }
    }
}
