package dev.perene.api;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was last seen of a host.
 *
 * @param observedGeneration the generation of the spec that this status speaks of; -1 before the first visit
 * @param capacity what the host has
 * @param allocated what active domains on it have been given
 * @param virtualMachines number of active domains, Perene's and others
 * @param versions versions of what runs on the host
 * @param machineID libvirt's host UUID; no two Hypervisors may have the same
 * @param bootID the kernel's boot id, new at every boot
 * @param conditions Ready, Reconciling, Stalled, Reachable, LibvirtReady
 */
public record HypervisorStatus(
        @Nullable Long observedGeneration,
        @Nullable Resources capacity,
        @Nullable Resources allocated,
        @Nullable Integer virtualMachines,
        @Nullable Versions versions,
        @Nullable String machineID,
        @Nullable String bootID,
        List<Condition> conditions) {

    /** The status of an object that no operator has looked at. */
    public static final HypervisorStatus UNTOUCHED =
            new HypervisorStatus(-1L, null, null, null, null, null, null, List.of());

    public HypervisorStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    /**
     * An amount of CPU and memory.
     *
     * @param cpu CPUs
     * @param memory bytes
     */
    public record Resources(Quantity cpu, Quantity memory) {}

    /**
     * Versions of what runs on a host.
     *
     * @param libvirt of the daemon, {@code 9.0.0}
     * @param hypervisor of QEMU
     */
    public record Versions(String libvirt, String hypervisor) {}
}
