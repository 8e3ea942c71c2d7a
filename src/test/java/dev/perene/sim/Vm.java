package dev.perene.sim;

import dev.perene.api.VirtualMachine;
import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.Adopt;
import dev.perene.api.VirtualMachineSpec.CloudInit;
import dev.perene.api.VirtualMachineSpec.Cpu;
import dev.perene.api.VirtualMachineSpec.Disk;
import dev.perene.api.VirtualMachineSpec.Firmware;
import dev.perene.api.VirtualMachineSpec.Interface;
import dev.perene.api.VirtualMachineSpec.Memory;
import dev.perene.api.VirtualMachineSpec.Placement;
import dev.perene.api.VirtualMachineSpec.PolicyReference;
import dev.perene.api.VirtualMachineSpec.RunStrategy;
import dev.perene.api.VirtualMachineSpec.Source;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Words for declaring a VM in a story: by itself 512 MiB, one disk that all hosts share, always running. */
record Vm(
        String name,
        RunStrategy strategy,
        String memory,
        List<Disk> disks,
        List<String> hosts,
        int shutdownSeconds,
        String bridge,
        @Nullable String adopts,
        @Nullable CloudInit cloudInit,
        Firmware firmware,
        @Nullable String policy) {

    static Vm vm(String name) {
        return new Vm(
                name,
                RunStrategy.Always,
                "512Mi",
                List.of(new Disk("system", new Source(null, "/dev/shared/" + name, null), null, null)),
                List.of(),
                120,
                "br0",
                null,
                null,
                Firmware.BIOS,
                null);
    }

    Vm halted() {
        return new Vm(
                name,
                RunStrategy.Halted,
                memory,
                disks,
                hosts,
                shutdownSeconds,
                bridge,
                adopts,
                cloudInit,
                firmware,
                policy);
    }

    Vm memory(String size) {
        return new Vm(name, strategy, size, disks, hosts, shutdownSeconds, bridge, adopts, cloudInit, firmware, policy);
    }

    Vm onlyOn(String... names) {
        return new Vm(
                name,
                strategy,
                memory,
                disks,
                List.of(names),
                shutdownSeconds,
                bridge,
                adopts,
                cloudInit,
                firmware,
                policy);
    }

    Vm localDisk(String path) {
        Disk disk = new Disk("system", null, new Source(path, null, null), null);
        return new Vm(
                name,
                strategy,
                memory,
                List.of(disk),
                hosts,
                shutdownSeconds,
                bridge,
                adopts,
                cloudInit,
                firmware,
                policy);
    }

    Vm shutdownSeconds(int seconds) {
        return new Vm(name, strategy, memory, disks, hosts, seconds, bridge, adopts, cloudInit, firmware, policy);
    }

    Vm bridge(String other) {
        return new Vm(
                name, strategy, memory, disks, hosts, shutdownSeconds, other, adopts, cloudInit, firmware, policy);
    }

    Vm cloudInit(CloudInit told) {
        return new Vm(name, strategy, memory, disks, hosts, shutdownSeconds, bridge, adopts, told, firmware, policy);
    }

    Vm uefi() {
        return new Vm(
                name,
                strategy,
                memory,
                disks,
                hosts,
                shutdownSeconds,
                bridge,
                adopts,
                cloudInit,
                Firmware.UEFI,
                policy);
    }

    Vm disk(String path) {
        Disk disk = new Disk("system", new Source(null, path, null), null, null);
        return new Vm(
                name,
                strategy,
                memory,
                List.of(disk),
                hosts,
                shutdownSeconds,
                bridge,
                adopts,
                cloudInit,
                firmware,
                policy);
    }

    Vm adopts(String domain) {
        return new Vm(
                name, strategy, memory, disks, hosts, shutdownSeconds, bridge, domain, cloudInit, firmware, policy);
    }

    Vm policy(String other) {
        return new Vm(
                name, strategy, memory, disks, hosts, shutdownSeconds, bridge, adopts, cloudInit, firmware, other);
    }

    VirtualMachineSpec spec() {
        @Nullable Placement placement = hosts.isEmpty() ? null : new Placement(hosts, null);
        return new VirtualMachineSpec(
                strategy,
                new Cpu(1, null),
                new Memory(new Quantity(memory), null),
                disks,
                List.of(new Interface("net", bridge, null)),
                placement,
                shutdownSeconds,
                adopts == null ? null : new Adopt(adopts),
                null,
                cloudInit,
                firmware,
                policy == null ? null : new PolicyReference(policy),
                null);
    }

    VirtualMachine object() {
        VirtualMachine machine = new VirtualMachine();
        machine.setMetadata(
                new ObjectMetaBuilder().withNamespace("shop").withName(name).build());
        machine.setSpec(spec());
        return machine;
    }
}
