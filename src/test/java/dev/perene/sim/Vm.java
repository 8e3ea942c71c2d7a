package dev.perene.sim;

import dev.perene.api.SpecEdit;
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

/** Words for declaring a VM in a story: by itself 512 MiB, one disk that all hosts share, always running. */
record Vm(String name, VirtualMachineSpec spec) {

    static Vm vm(String name) {
        return new Vm(name, SpecEdit.only("cpu", new Cpu(1, null)))
                .memory("512Mi")
                .disk("/dev/shared/" + name)
                .bridge("br0");
    }

    Vm halted() {
        return with("runStrategy", RunStrategy.Halted);
    }

    Vm memory(String size) {
        return with("memory", new Memory(new Quantity(size), null));
    }

    Vm onlyOn(String... names) {
        return with("placement", new Placement(List.of(names), null));
    }

    Vm disk(String device) {
        return with("disks", List.of(new Disk("system", new Source(null, device, null), null, null)));
    }

    Vm localDisk(String path) {
        return with("disks", List.of(new Disk("system", null, new Source(path, null, null), null)));
    }

    Vm shutdownSeconds(int seconds) {
        return with("shutdownSeconds", seconds);
    }

    Vm bridge(String bridge) {
        return with("interfaces", List.of(new Interface("net", bridge, null)));
    }

    Vm adopts(String domain) {
        return with("adopt", new Adopt(domain));
    }

    Vm cloudInit(CloudInit told) {
        return with("cloudInit", told);
    }

    Vm uefi() {
        return with("firmware", Firmware.UEFI);
    }

    Vm policy(String policy) {
        return with("policyRef", new PolicyReference(policy));
    }

    VirtualMachine object() {
        VirtualMachine machine = new VirtualMachine();
        machine.setMetadata(
                new ObjectMetaBuilder().withNamespace("shop").withName(name).build());
        machine.setSpec(spec);
        return machine;
    }

    private Vm with(String field, Object value) {
        return new Vm(name, SpecEdit.with(spec, field, value));
    }
}
