package dev.perene.sim;

import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.HAPolicy;
import dev.perene.api.Hypervisor;
import dev.perene.api.VirtualMachine;
import dev.perene.port.HostInventory;
import dev.perene.port.Journal;
import dev.perene.port.ObjectReconciler;
import dev.perene.port.Worker;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Set;
import java.util.UUID;

/** Has objects looked at when they or pictures of hosts change: what adapter.kube does with the operator SDK. */
public final class SimulatedOperator {
    private final StoreClient store;
    private final ReconcileLoop<Hypervisor> hypervisors;
    private final ReconcileLoop<VirtualMachine> machines;
    private final ReconcileLoop<HAPolicy> policies;

    /** An operator that looks at nothing until it is started. */
    public SimulatedOperator(
            Worker.Source workers,
            StoreClient store,
            HostInventory inventory,
            Journal journal,
            ObjectReconciler<Hypervisor> hypervisors,
            ObjectReconciler<VirtualMachine> machines,
            ObjectReconciler<HAPolicy> policies) {
        this.store = store;
        this.hypervisors = new ReconcileLoop<>(hypervisors, workers, store, store::hypervisorNamed, journal);
        this.machines = new ReconcileLoop<>(machines, workers, store, store::virtualMachineNamed, journal);
        this.policies = new ReconcileLoop<>(policies, workers, store, store::policyNamed, journal);
        inventory.subscribe(new PictureListener());
    }

    /** Looks at everything, and from now on at what changes. */
    public void start() {
        store.watch(this::changed);
        store.hypervisors().forEach(hypervisors::lookAt);
        lookAtPolicies();
    }

    /** Looks at nothing any more. */
    public void stop() {
        hypervisors.stop();
        machines.stop();
        policies.stop();
    }

    private void changed(HasMetadata object, boolean gone) {
        switch (object) {
            case Hypervisor host when gone -> hypervisors.gone(host);
            case Hypervisor host -> hypervisors.lookAt(host);
            case VirtualMachine machine when gone -> machines.gone(machine);
            case VirtualMachine machine -> machines.lookAt(machine);
            case HAPolicy policy -> {
                if (gone) {
                    policies.gone(policy);
                }
                lookAtPolicies();
            }
            case HasMetadata other -> throw new IllegalArgumentException(other.getKind());
        }
    }

    /** Another default changes the other policies, and every VM that names none. */
    private void lookAtPolicies() {
        store.policies().forEach(policies::lookAt);
        store.virtualMachines().forEach(machines::lookAt);
    }

    private final class PictureListener implements HostInventory.Listener {
        @Override
        public void domainsChanged(String host, Set<UUID> domains) {
            domains.forEach(uuid -> store.virtualMachine(uuid).ifPresent(machines::lookAt));
            store.hypervisor(host).ifPresent(hypervisors::lookAt);
        }

        @Override
        public void hostChanged(String host) {
            store.virtualMachines().stream()
                    .filter(machine -> dependsOn(machine, host))
                    .forEach(machines::lookAt);
            store.hypervisor(host).ifPresent(hypervisors::lookAt);
        }

        private static boolean dependsOn(VirtualMachine machine, String host) {
            return machine.getStatus() == null
                    || host.equals(machine.getStatus().hostName())
                    || !Conditions.is(machine.getStatus().conditions(), Conditions.READY, ConditionStatus.True);
        }
    }
}
