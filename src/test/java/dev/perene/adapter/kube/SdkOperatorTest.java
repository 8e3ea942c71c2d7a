package dev.perene.adapter.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.RealApiServer;
import dev.perene.api.HAPolicy;
import dev.perene.api.HAPolicySpec;
import dev.perene.api.HAPolicyStatus;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
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

    @Test
    void vms_are_looked_at_when_a_policy_may_apply_to_them_and_not_when_its_status_is_written() throws Exception {
        RealApiServer server = RealApiServer.shared();
        Seen<VirtualMachine> machines = new Seen<>();
        Seen<HAPolicy> policies = new Seen<>();
        try (KubernetesClient client = server.newClient();
                KubeObjectStore store = new KubeObjectStore(client);
                SdkOperator operator =
                        new SdkOperator(client, store, new NoHosts(), Metrics.NOOP, new Seen<>(), machines, policies)) {
            operator.start();
            VirtualMachine machine =
                    client.resource(manifest(server.namespace("policies"))).create();
            String uid = machine.getMetadata().getUid();
            await("the VM is seen", () -> machines.looks(uid) > 0);

            int before = machines.looks(uid);
            HAPolicy policy = client.resource(policy()).create();
            await("the VM is looked at after a policy was created", () -> machines.looks(uid) > before);
            assertThat(store.policies())
                    .extracting(each -> each.getMetadata().getName())
                    .contains("looked-at");

            int created = machines.looks(uid);
            policy.setStatus(new HAPolicyStatus(1L, 1, List.of()));
            HAPolicy written = client.resource(policy).updateStatus();
            String policyUid = policy.getMetadata().getUid();
            int policyLooks = policies.looks(policyUid);
            await(
                    "the written status arrives",
                    () -> policies.looks(policyUid) > policyLooks
                            || store.policies().stream()
                                    .anyMatch(each -> each.getStatus() != null
                                            && Integer.valueOf(1)
                                                    .equals(each.getStatus().virtualMachines())));
            Thread.sleep(500);
            assertThat(machines.looks(uid)).isEqualTo(created);

            written.setSpec(new HAPolicySpec(new HAPolicySpec.Restart(9, null, null)));
            client.resource(written).update();
            await("the VM is looked at after the policy was edited", () -> machines.looks(uid) > created);

            int edited = machines.looks(uid);
            client.resource(written).delete();
            await("the VM is looked at after the policy was deleted", () -> machines.looks(uid) > edited);
            client.resource(machine).delete();
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        assertThat(condition.getAsBoolean()).as(what).isTrue();
    }

    private static HAPolicy policy() {
        HAPolicy policy = new HAPolicy();
        policy.getMetadata().setName("looked-at");
        policy.setSpec(new HAPolicySpec(null));
        return policy;
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
        private final Map<String, Integer> looks = new ConcurrentHashMap<>();

        int looks(String uid) {
            return looks.getOrDefault(uid, 0);
        }

        @Override
        public Optional<Duration> reconcile(R object) {
            uids.add(object.getMetadata().getUid());
            looks.merge(object.getMetadata().getUid(), 1, Integer::sum);
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
