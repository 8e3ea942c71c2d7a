package dev.perene.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
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
        @JsonPropertyDescription("The generation of the spec that this status speaks of; -1 before the first visit.")
                @Nullable
                Long observedGeneration,
        @JsonPropertyDescription("What the host has.") @Nullable Resources capacity,
        @JsonPropertyDescription("What active domains on the host have been given.") @Nullable Resources allocated,
        @JsonPropertyDescription("Number of active domains, Perene's and others.") @Nullable Integer virtualMachines,
        @JsonPropertyDescription("Versions of what runs on the host.") @Nullable Versions versions,
        @JsonPropertyDescription("libvirt's host UUID; no two Hypervisors may have the same.") @Nullable
                String machineID,
        @JsonPropertyDescription("The kernel's boot id, new at every boot.") @Nullable String bootID,
        @JsonPropertyDescription("Ready, Reconciling, Stalled, Reachable, LibvirtReady.") List<Condition> conditions) {

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
    public record Resources(
            @JsonPropertyDescription("CPUs.") Quantity cpu, @JsonPropertyDescription("Memory.") Quantity memory) {}

    /**
     * Versions of what runs on a host.
     *
     * @param libvirt of the daemon, {@code 9.0.0}
     * @param hypervisor of QEMU
     */
    public record Versions(
            @JsonPropertyDescription("Version of libvirtd.") String libvirt,
            @JsonPropertyDescription("Version of QEMU.") String hypervisor) {}
}
