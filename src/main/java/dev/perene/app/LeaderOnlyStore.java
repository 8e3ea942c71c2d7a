package dev.perene.app;

import dev.perene.adapter.kube.Leadership;
import dev.perene.api.HAPolicy;
import dev.perene.api.Hypervisor;
import dev.perene.api.VirtualMachine;
import dev.perene.port.ObjectStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;

/** Sends a write only if this operator leads when it is sent, and not when it was decided. Reading is free. */
final class LeaderOnlyStore implements ObjectStore {
    private final Leadership leadership;
    private final ObjectStore store;

    LeaderOnlyStore(Leadership leadership, ObjectStore store) {
        this.leadership = leadership;
        this.store = store;
    }

    @Override
    public Collection<Hypervisor> hypervisors() {
        return store.hypervisors();
    }

    @Override
    public Collection<VirtualMachine> virtualMachines() {
        return store.virtualMachines();
    }

    @Override
    public Collection<VirtualMachine> claimants(String claim) {
        return store.claimants(claim);
    }

    @Override
    public Collection<HAPolicy> policies() {
        return store.policies();
    }

    @Override
    public <R extends HasMetadata> Written<R> replaceStatus(R changed) {
        return ifLeading(() -> store.replaceStatus(changed));
    }

    @Override
    public <R extends HasMetadata> Written<R> replaceFinalizers(R changed) {
        return ifLeading(() -> store.replaceFinalizers(changed));
    }

    @Override
    public void announce(HasMetadata about, Announcement announcement) {
        if (leadership.leads()) {
            store.announce(about, announcement);
        }
    }

    private <R> Written<R> ifLeading(Leadership.Act<Written<R>, RuntimeException> write) {
        return leadership.ifLeading(write).orElseGet(() -> new Written.Unknown<>("this operator does not lead"));
    }
}
