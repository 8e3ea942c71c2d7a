package dev.perene.adapter.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.RealApiServer;
import dev.perene.api.HAPolicy;
import dev.perene.api.Hypervisor;
import dev.perene.api.VirtualMachine;
import dev.perene.port.DomainCommand;
import dev.perene.port.HostInventory;
import dev.perene.port.HostObservation;
import dev.perene.port.ObjectReconciler;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("api")
class SdkOperatorTest {
    private static final int ROUNDS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void an_object_created_under_the_name_of_one_just_deleted_is_looked_at() throws Exception {
        RealApiServer server = RealApiServer.shared();
        String namespace = server.namespace("sdk-operator");
        Seen<VirtualMachine> machines = new Seen<>();
        try (KubernetesClient client = server.newClient();
                KubeObjectStore store = new KubeObjectStore(client);
                SdkOperator operator = new SdkOperator(
                        client,
                        store,
                        new NoHosts(),
                        Metrics.NOOP,
                        new Seen<Hypervisor>(),
                        machines,
                        new Seen<HAPolicy>())) {
            operator.start();
            for (int round = 0; round < ROUNDS; round++) {
                VirtualMachine created = client.resource(manifest(namespace)).create();

                long deadline = System.nanoTime() + PATIENCE.toNanos();
                while (!machines.uids.contains(created.getMetadata().getUid()) && System.nanoTime() < deadline) {
                    Thread.sleep(5);
                }
                assertThat(machines.uids)
                        .as("seen in round %d", round)
                        .contains(created.getMetadata().getUid());
                client.resource(created).delete();
            }
        }
    }

    private static VirtualMachine manifest(String namespace) {
        VirtualMachine machine = Serialization.unmarshal(
                """
                apiVersion: perene.dev/v1alpha1
                kind: VirtualMachine
                metadata: {name: phoenix}
                spec:
                  cpu: {cores: 1}
                  memory: {size: 32Mi}
                  disks: [{name: system, shared: {device: /dev/vg/phoenix}}]
                """,
                VirtualMachine.class);
        machine.getMetadata().setNamespace(namespace);
        return machine;
    }

    /** Remembers what it was shown, and keeps at it for a moment, so that events come while it is busy. */
    private static final class Seen<R extends HasMetadata> implements ObjectReconciler<R> {
        private final Set<String> uids = ConcurrentHashMap.newKeySet();

        @Override
        public Optional<Duration> reconcile(R object) {
            uids.add(object.getMetadata().getUid());
            return Optional.empty();
        }

        @Override
        public void forget(R object) {
            try {
                Thread.sleep(20);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class NoHosts implements HostInventory {
        @Override
        public Collection<HostObservation> hosts() {
            return List.of();
        }

        @Override
        public Optional<HostObservation> host(String name) {
            return Optional.empty();
        }

        @Override
        public boolean submit(String host, DomainCommand command) {
            return false;
        }

        @Override
        public void watchPaths(UUID virtualMachine, Set<String> paths, Optional<String> onlyOn) {}

        @Override
        public void subscribe(Listener listener) {}
    }
}
