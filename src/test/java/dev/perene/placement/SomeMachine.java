package dev.perene.placement;

import dev.perene.api.SpecEdit;
import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.Cdrom;
import dev.perene.api.VirtualMachineSpec.Cpu;
import dev.perene.api.VirtualMachineSpec.Disk;
import dev.perene.api.VirtualMachineSpec.Interface;
import dev.perene.api.VirtualMachineSpec.Memory;
import dev.perene.api.VirtualMachineSpec.Placement;
import dev.perene.api.VirtualMachineSpec.Source;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds VMs for tests: one core, 256 MiB, a shared device, a card in br0. */
final class SomeMachine {
    private SomeMachine() {}

    static VirtualMachineSpec ordinary() {
        return sized(1, "256Mi");
    }

    static VirtualMachineSpec sized(int cores, String memory) {
        return spec(cores, memory, sharedDevice("/dev/perene/shared1"), "br0", null);
    }

    static VirtualMachineSpec on(Disk disk) {
        return spec(1, "256Mi", disk, "br0", null);
    }

    static VirtualMachineSpec in(String bridge) {
        return spec(1, "256Mi", sharedDevice("/dev/perene/shared1"), bridge, null);
    }

    static VirtualMachineSpec placed(Placement placement) {
        return spec(1, "256Mi", sharedDevice("/dev/perene/shared1"), "br0", placement);
    }

    static Disk sharedDevice(String device) {
        return new Disk("system", new Source(null, device, null), null, null);
    }

    static Disk sharedFile(String path) {
        return new Disk("system", new Source(path, null, null), null, null);
    }

    static Disk localFile(String path) {
        return new Disk("system", null, new Source(path, null, null), null);
    }

    static Disk localDevice(String device) {
        return new Disk("system", null, new Source(null, device, null), null);
    }

    static Disk cdrom(String path) {
        return new Disk("system", null, null, new Cdrom(path));
    }

    private static VirtualMachineSpec spec(
            int cores, String memory, Disk disk, String bridge, @Nullable Placement placement) {
        VirtualMachineSpec sized = SpecEdit.with(
                SpecEdit.only("cpu", new Cpu(cores, null)), "memory", new Memory(new Quantity(memory), null));
        VirtualMachineSpec equipped = SpecEdit.with(
                SpecEdit.with(sized, "disks", List.of(disk)),
                "interfaces",
                List.of(new Interface("net", bridge, null)));
        return placement == null ? equipped : SpecEdit.with(equipped, "placement", placement);
    }
}
