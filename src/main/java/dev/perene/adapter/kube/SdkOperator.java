package dev.perene.adapter.kube;

import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.HAPolicy;
import dev.perene.api.Hypervisor;
import dev.perene.api.VirtualMachine;
import dev.perene.port.HostInventory;
import dev.perene.port.ObjectReconciler;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/** Runs the reconcilers under the Java Operator SDK and has objects looked at when pictures of hosts change. */
public final class SdkOperator implements AutoCloseable {
    private static final Duration TERMINATION = Duration.ofSeconds(5);

    private final Operator operator;
    private final KubeObjectStore store;
    private final Triggers<HAPolicy> policyTriggers = new Triggers<>("policies");
    private final Triggers<Hypervisor> hypervisorTriggers = new Triggers<>("host-pictures");
    private final Triggers<VirtualMachine> virtualMachineTriggers = new Triggers<>("domain-pictures");

    /** Registers the reconcilers. */
    public SdkOperator(
            KubernetesClient client,
            KubeObjectStore store,
            HostInventory inventory,
            Metrics metrics,
            ObjectReconciler<Hypervisor> hypervisors,
            ObjectReconciler<VirtualMachine> virtualMachines,
            ObjectReconciler<HAPolicy> policies) {
        this.store = store;
        this.operator = new Operator(overrider -> overrider
                .withKubernetesClient(client)
                .withMetrics(metrics)
                .withCloseClientOnStop(false)
                .checkingCRDAndValidateLocalModel(true)
                .withReconciliationTerminationTimeout(TERMINATION));
        operator.register(
                new SdkReconciler.OfHypervisors(hypervisors, store, hypervisorTriggers),
                (ControllerConfigurationOverrider<Hypervisor> configuration) -> configure(configuration, "hypervisor"));
        operator.register(
                new SdkReconciler.OfVirtualMachines(virtualMachines, store, virtualMachineTriggers),
                (ControllerConfigurationOverrider<VirtualMachine> configuration) ->
                        configure(configuration, "virtualmachine"));
        operator.register(
                new SdkReconciler.OfPolicies(policies, store, policyTriggers),
                (ControllerConfigurationOverrider<HAPolicy> configuration) -> configure(configuration, "hapolicy"));
        store.onPolicyChange(this::lookAtPolicies);
        inventory.subscribe(new PictureListener());
    }

    /** Begins to reconcile. */
    public void start() {
        operator.start();
    }

    /** Has every object looked at, as if all had changed. */
    public void lookAtEverything() {
        store.hypervisors().forEach(hypervisorTriggers::lookAt);
        lookAtPolicies();
    }

    /** Another default changes the other policies, and every VM that names none. */
    private void lookAtPolicies() {
        store.policies().forEach(policyTriggers::lookAt);
        store.virtualMachines().forEach(virtualMachineTriggers::lookAt);
    }

    @Override
    public void close() {
        operator.stop();
    }

    private static <R extends HasMetadata> void configure(
            ControllerConfigurationOverrider<R> configuration, String name) {
        configuration
                .withName(name)
                .watchingAllNamespaces()
                .withTriggerReconcilerOnAllEvents(true)
                .withGenerationAware(false)
                .withRetry(new GenericRetry()
                        .setInitialInterval(500)
                        .setIntervalMultiplier(2)
                        .setMaxInterval(30_000)
                        .setMaxAttempts(-1));
    }

    /** Knows which objects depend on which part of a picture. */
    private final class PictureListener implements HostInventory.Listener {
        @Override
        public void domainsChanged(String host, Set<UUID> domains) {
            domains.forEach(uuid -> store.virtualMachine(uuid).ifPresent(virtualMachineTriggers::lookAt));
            lookAtHypervisor(host);
        }

        @Override
        public void hostChanged(String host) {
            store.virtualMachines().stream()
                    .filter(machine -> dependsOn(machine, host))
                    .forEach(virtualMachineTriggers::lookAt);
            lookAtHypervisor(host);
        }

        private void lookAtHypervisor(String host) {
            store.hypervisor(host).ifPresent(hypervisorTriggers::lookAt);
        }

        private static boolean dependsOn(VirtualMachine machine, String host) {
            return machine.getStatus() == null
                    || host.equals(machine.getStatus().hostName())
                    || !Conditions.is(machine.getStatus().conditions(), Conditions.READY, ConditionStatus.True);
        }
    }
}
