package dev.perene.vm;

import dev.perene.api.Hypervisor;
import dev.perene.api.HypervisorSpec.Allowed;
import dev.perene.api.VirtualMachine;
import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.Adopt;
import dev.perene.api.VirtualMachineSpec.Cdrom;
import dev.perene.api.VirtualMachineSpec.Cpu;
import dev.perene.api.VirtualMachineSpec.Disk;
import dev.perene.api.VirtualMachineSpec.DiskFormat;
import dev.perene.api.VirtualMachineSpec.Interface;
import dev.perene.api.VirtualMachineSpec.Memory;
import dev.perene.api.VirtualMachineSpec.Placement;
import dev.perene.api.VirtualMachineSpec.Source;
import dev.perene.api.XmlDocument;
import dev.perene.placement.HostPermission;
import dev.perene.port.DomainDescription;
import dev.perene.port.DomainShape;
import dev.perene.port.DomainXml;
import dev.perene.port.Quantities;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.w3c.dom.Element;

/** Writes the manifest of a VirtualMachine that takes over an existing domain. Pure. */
public final class AdoptionManifest {
    /** Devices that Perene describes, writes itself, or that libvirt adds to every domain. */
    private static final Set<String> KNOWN = Set.of(
            "emulator",
            "disk",
            "interface",
            "controller",
            "serial",
            "console",
            "memballoon",
            "audio",
            "watchdog",
            "input");

    private final DomainDescription domain;
    private final List<String> remarks = new ArrayList<>();

    private AdoptionManifest(DomainDescription domain) {
        this.domain = domain;
    }

    /**
     * The manifest, with what a person has to know in comments before it.
     *
     * @param host where the domain is
     * @param namespace of the VM
     * @param xml libvirt's definition of the domain
     * @return YAML
     * @throws IllegalArgumentException when the definition cannot be read
     */
    public static String of(Hypervisor host, String namespace, String xml) {
        Element root = XmlDocument.root(xml);
        AdoptionManifest manifest = new AdoptionManifest(DomainDescription.read(xml));
        return manifest.print(host, namespace, root);
    }

    private String print(Hypervisor host, String namespace, Element root) {
        String hostName = host.getMetadata().getName();
        VirtualMachineSpec spec = spec(hostName);
        unknownDevices(root);
        permissions(host, spec);
        if (domain.shape().uefi()) {
            remarks.add("It boots from UEFI. That is refused for now: the variables of its firmware would be lost.");
        }
        List<Difference> differences = Differences.between(spec, domain.shape(), Hardware.of(spec, domain.uuid()));
        if (!differences.isEmpty()) {
            remarks.add("The next restart changes: "
                    + differences.stream().map(Difference::toString).collect(Collectors.joining(", ")) + ".");
        }
        VirtualMachine machine = new VirtualMachine();
        machine.setMetadata(new ObjectMetaBuilder()
                .withNamespace(namespace)
                .withName(label(domain.name(), 63))
                .build());
        machine.setSpec(spec);
        String yaml = new KubernetesSerialization().asYaml(machine);
        return Stream.concat(
                                Stream.of("Domain " + domain.name() + " of Hypervisor " + hostName + ", as it is now."),
                                remarks.stream())
                        .map(remark -> "# " + remark + "\n")
                        .collect(Collectors.joining())
                + yaml;
    }

    private VirtualMachineSpec spec(String hostName) {
        DomainShape shape = domain.shape();
        return new VirtualMachineSpec(
                null,
                new Cpu(shape.cores(), shape.maxCores() == shape.cores() ? null : shape.maxCores()),
                new Memory(
                        Quantities.bytes(shape.memoryBytes()),
                        shape.maxMemoryBytes() == shape.memoryBytes()
                                ? null
                                : Quantities.bytes(shape.maxMemoryBytes())),
                shape.disks().stream().flatMap(disk -> disk(disk).stream()).toList(),
                shape.interfaces().stream().flatMap(card -> card(card).stream()).toList(),
                new Placement(List.of(hostName), null),
                null,
                new Adopt(domain.name()),
                null,
                null,
                null,
                null,
                null);
    }

    private Optional<Disk> disk(DomainShape.Disk disk) {
        if (disk.location().isEmpty()) {
            remarks.add((disk.cdrom() ? "CD drive " : "Disk ") + disk.target()
                    + (disk.cdrom() ? " is empty" : " lies neither in a file nor on a device") + " and is left out.");
            return Optional.empty();
        }
        String name = label(disk.target(), 63);
        if (disk.cdrom()) {
            return Optional.of(new Disk(name, null, null, new Cdrom(disk.location())));
        }
        boolean device = disk.location().startsWith("/dev/");
        boolean qcow2 = disk.format().equals("qcow2");
        if (!qcow2 && !disk.format().equals("raw")) {
            remarks.add("Disk " + disk.target() + " has the format " + disk.format() + ", which is not supported.");
        }
        remarks.add("Disk " + disk.target()
                + " is taken for one of this host alone; write shared: instead of local: if all hosts reach it under the"
                + " same path.");
        return Optional.of(new Disk(
                name,
                null,
                new Source(
                        device ? null : disk.location(),
                        device ? disk.location() : null,
                        qcow2 ? DiskFormat.qcow2 : DiskFormat.raw),
                null));
    }

    private Optional<Interface> card(DomainShape.Interface card) {
        if (card.bridge().isEmpty()) {
            remarks.add("Interface " + card.macAddress() + " is in no bridge of the host and is left out.");
            return Optional.empty();
        }
        return Optional.of(
                new Interface("net-" + card.macAddress().replace(":", ""), card.bridge(), card.macAddress()));
    }

    private void unknownDevices(Element root) {
        Set<String> unknown = new TreeSet<>();
        DomainXml.child(root, "devices").ifPresent(devices -> DomainXml.children(devices)
                .map(Element::getTagName)
                .filter(name -> !KNOWN.contains(name))
                .forEach(unknown::add));
        if (!unknown.isEmpty()) {
            remarks.add("Gone after the next restart, unless spec.domainOverlay or another field brings them: "
                    + String.join(", ", unknown) + ".");
        }
    }

    private void permissions(Hypervisor host, VirtualMachineSpec spec) {
        Allowed allowed = host.getSpec().allowed();
        String hostName = host.getMetadata().getName();
        if (!allowed.mayAdopt(domain.name())) {
            remarks.add("First the admin of Hypervisor " + hostName + " has to list " + domain.name()
                    + " in allowed.adopt.");
        }
        HostPermission.objection(spec, allowed)
                .ifPresent(why ->
                        remarks.add("First the admin of Hypervisor " + hostName + " has to allow more: " + why + "."));
    }

    /** A name that Kubernetes takes, as like as possible. */
    private static String label(String text, int longest) {
        String label =
                text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]+", "-").replaceAll("^-+|-+$", "");
        String cut = label.length() > longest ? label.substring(0, longest).replaceAll("-+$", "") : label;
        return cut.isEmpty() ? "vm" : cut;
    }
}
