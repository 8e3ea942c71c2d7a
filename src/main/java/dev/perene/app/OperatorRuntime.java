package dev.perene.app;

import dev.perene.adapter.kube.KubeObjectStore;
import dev.perene.adapter.kube.LeaderElection;
import dev.perene.adapter.kube.Leadership;
import dev.perene.adapter.kube.SdkOperator;
import dev.perene.adapter.kube.ServedDefinitions;
import dev.perene.adapter.libvirt.JnaLibvirtConnector;
import dev.perene.adapter.probe.TcpAddressProbe;
import dev.perene.adapter.ssh.MinaHostShell;
import dev.perene.host.HostMonitors;
import dev.perene.host.HypervisorReconciler;
import dev.perene.port.AddressProbe;
import dev.perene.port.Journal;
import dev.perene.port.TimeSource;
import dev.perene.vm.HAPolicyReconciler;
import dev.perene.vm.VirtualMachineReconciler;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Wires the operator together: adapters, monitors, reconcilers, and the gate that only the leader passes. */
@ApplicationScoped
public class OperatorRuntime {
    /** How long a stop waits for writes and commands that were sent. */
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private static final Duration DEFINITIONS_PAUSE = Duration.ofSeconds(2);

    private final KubernetesClient client;
    private final MeterRegistry registry;
    private final LeaderElectionSettings settings;
    private final TimeSource time = new SystemTime();
    private final String identity;
    private final DefinitionGate definitions;
    private boolean stopped;
    private volatile @Nullable Running running;

    private record Running(
            KubeObjectStore store,
            MinaHostShell shell,
            HostMonitors monitors,
            SdkOperator operator,
            Leadership leadership,
            Optional<LeaderElection> election) {
        /** Others wait for the Lease, so that comes first; but not before everything that was sent has ended. */
        void stop() {
            election.ifPresent(drained() ? LeaderElection::release : LeaderElection::close);
            operator.close();
            monitors.close();
            shell.close();
            store.close();
        }

        private boolean drained() {
            try {
                return leadership.drain(DRAIN);
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    @Inject
    OperatorRuntime(KubernetesClient client, MeterRegistry registry, LeaderElectionSettings settings) {
        this.client = client;
        this.registry = registry;
        this.settings = settings;
        this.identity = settings.identity().orElseGet(ReplicaIdentity::make);
        this.definitions = new DefinitionGate(new ServedDefinitions(client)::look, DEFINITIONS_PAUSE);
    }

    /**
     * Waits until the API server keeps all that this operator writes, or until it is told to stop; then fills the caches,
     * begins to observe, and to reconcile as soon as this operator leads.
     */
    void start() {
        if (definitions.await()) {
            begin();
        }
    }

    /** What keeps this operator from beginning, in words for people. */
    String unreadiness() {
        return definitions.problem().orElse("the caches are not full yet");
    }

    private synchronized void begin() {
        if (stopped) {
            return;
        }
        Optional<LeaderElection.Settings> rules = settings.enabled()
                ? Optional.of(new LeaderElection.Settings(
                        settings.namespace(),
                        settings.leaseDuration(),
                        settings.renewDeadline(),
                        settings.retryPeriod()))
                : Optional.empty();
        Leadership leadership = rules.map(some -> Leadership.elected(time, some.renewDeadline()))
                .orElseGet(() -> Leadership.sole(time));
        Optional<LeaderElection> election =
                rules.map(some -> new LeaderElection(client, some, identity, time, leadership));
        KubeObjectStore store = new KubeObjectStore(client);
        MinaHostShell shell = new MinaHostShell(store);
        HostMonitors monitors = monitors(store, shell, leadership);
        SdkOperator operator = operator(store, monitors, leadership);
        leadership.onBeginning(operator::lookAtEverything);
        registry.gauge("perene.leader", leadership, gate -> gate.leads() ? 1 : 0);
        operator.start();
        running = new Running(store, shell, monitors, operator, leadership, election);
        election.ifPresent(LeaderElection::start);
    }

    /** How this operator stands now; empty before it has started and after it has stopped. */
    Optional<Standing> standing() {
        return Optional.ofNullable(running)
                .map(all -> new Standing(
                        identity,
                        all.leadership().leads(),
                        all.election().flatMap(LeaderElection::leader),
                        all.election().flatMap(LeaderElection::problem),
                        all.store().synced(),
                        all.election().map(LeaderElection::readable).orElse(true),
                        all.election().map(LeaderElection::alive).orElse(true)));
    }

    void stop(@Observes ShutdownEvent event) {
        definitions.close();
        stop();
    }

    private synchronized void stop() {
        stopped = true;
        Running all = running;
        running = null;
        if (all != null) {
            all.stop();
        }
    }

    private HostMonitors monitors(KubeObjectStore store, MinaHostShell shell, Leadership leadership) {
        AddressProbe probe = new TcpAddressProbe();
        return new HostMonitors(
                new MeteredLibvirtConnector(new JnaLibvirtConnector(probe, store, time), registry, leadership),
                shell,
                probe,
                new PlatformWorkers(),
                time,
                new LogJournal());
    }

    private SdkOperator operator(KubeObjectStore store, HostMonitors monitors, Leadership leadership) {
        Journal journal = new LogJournal();
        LeaderOnlyStore writes = new LeaderOnlyStore(leadership, store);
        StandbyObserver standby = new StandbyObserver(monitors);
        return new SdkOperator(
                client,
                store,
                monitors,
                MicrometerMetrics.withoutPerResourceMetrics(registry),
                new LeaderOnlyReconciler<>(
                        leadership, new HypervisorReconciler(monitors, writes, time, journal), standby::hypervisor),
                new LeaderOnlyReconciler<>(
                        leadership,
                        new VirtualMachineReconciler(monitors, writes, time, journal, store),
                        standby::virtualMachine),
                new LeaderOnlyReconciler<>(
                        leadership, new HAPolicyReconciler(writes, time, journal), StandbyObserver::policy));
    }
}
