package dev.perene.port;

/**
 * What a host's libvirt says about the host.
 *
 * @param machineId libvirt's host UUID
 * @param cpus logical CPUs
 * @param memoryBytes memory in bytes
 * @param libvirtVersion version of the daemon, {@code 9.0.0}
 * @param hypervisorVersion version of QEMU
 * @param accelerated whether its CPUs run guests by themselves (KVM)
 */
public record HostFacts(
        String machineId,
        int cpus,
        long memoryBytes,
        String libvirtVersion,
        String hypervisorVersion,
        boolean accelerated) {}
