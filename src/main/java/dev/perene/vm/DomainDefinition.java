package dev.perene.vm;

import dev.perene.api.DomainOverlay;
import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.Firmware;
import dev.perene.api.VirtualMachineSpec.Graphics;
import dev.perene.port.DomainShape;
import dev.perene.port.DomainShape.Disk;
import dev.perene.port.DomainShape.Interface;
import dev.perene.port.DomainTag;
import dev.perene.port.HostFile;
import java.util.List;
import java.util.TreeMap;

/**
 * Makes libvirt's domain XML of what a VM is made of. It holds no user input that is not an attribute or text of an
 * element, and the XML writer escapes those.
 */
final class DomainDefinition {
    /** So many devices can be added while the guest runs; empty ports cost no time at a start. */
    private static final int SPARE_PORTS = 4;

    private final VirtualMachineSpec spec;
    private final DomainShape shape;
    private final DomainIdentity identity;

    private DomainDefinition(VirtualMachineSpec spec, DomainIdentity identity) {
        this.spec = spec;
        this.shape = Hardware.of(spec, identity.tag().uid());
        this.identity = identity;
    }

    /**
     * The definition of a VM for one host.
     *
     * @param spec the VM
     * @param identity which domain it is
     * @param accelerated whether the host's CPUs run guests by themselves (KVM); without that QEMU emulates them
     */
    static String of(VirtualMachineSpec spec, DomainIdentity identity, boolean accelerated) {
        return new DomainDefinition(spec, identity).domain(accelerated).print();
    }

    /** A disk that is added to a running guest, or takes the place of the one with its target. */
    static String device(Disk disk) {
        XmlElement element = XmlElement.root("disk");
        describe(element, disk);
        return element.print();
    }

    /** An interface that is added to a running guest, or takes the place of the one with its address. */
    static String device(Interface card) {
        XmlElement element = XmlElement.root("interface");
        describe(element, card);
        return element.print();
    }

    private XmlElement domain(boolean accelerated) {
        XmlElement domain = XmlElement.root("domain").attribute("type", accelerated ? "kvm" : "qemu");
        DomainTag tag = identity.tag();
        domain.child("name").text(identity.name());
        domain.child("uuid").text(identity.uuid().toString());
        domain.child("title").text(tag.namespace() + "/" + tag.name());
        XmlElement metadata = domain.child("metadata")
                .child(DomainTag.NAMESPACE, "perene:" + DomainTag.ELEMENT)
                .attribute("uid", tag.uid().toString())
                .attribute("namespace", tag.namespace())
                .attribute("name", tag.name());
        new TreeMap<>(shape.marks())
                .forEach((field, hash) -> metadata.child(DomainTag.NAMESPACE, "perene:" + DomainTag.MARK)
                        .attribute("field", field)
                        .attribute("hash", hash));
        domain.child("memory").attribute("unit", "b").text(Long.toString(shape.maxMemoryBytes()));
        domain.child("currentMemory").attribute("unit", "b").text(Long.toString(shape.memoryBytes()));
        domain.child("vcpu")
                .attribute("current", Integer.toString(shape.cores()))
                .text(Integer.toString(shape.maxCores()));
        XmlElement system = domain.child("os");
        system.child("type")
                .attribute("arch", "x86_64")
                .attribute("machine", shape.machine())
                .text("hvm");
        if (spec.firmware() == Firmware.UEFI) {
            firmware(system);
        }
        domain.child("features").child("acpi");
        if (accelerated) {
            domain.child("cpu").attribute("mode", "host-model");
        }
        domain.child("clock").attribute("offset", "utc");
        domain.child("on_poweroff").text("destroy");
        domain.child("on_reboot").text("restart");
        domain.child("on_crash").text("destroy");
        XmlElement devices = domain.child("devices");
        devices(devices);
        overlay(domain, devices);
        return domain;
    }

    /** libvirt chooses the firmware: where it lies differs between distributions. */
    private void firmware(XmlElement system) {
        system.attribute("firmware", "efi");
        XmlElement features = system.child("firmware");
        for (String off : List.of("enrolled-keys", "secure-boot")) {
            features.child("feature").attribute("enabled", "no").attribute("name", off);
        }
        system.child("nvram")
                .attribute("format", "raw")
                .text(new HostFile(identity.uuid(), HostFile.Kind.Nvram).path());
    }

    private void overlay(XmlElement domain, XmlElement devices) {
        if (spec.domainOverlay() == null) {
            return;
        }
        for (DomainOverlay.Item item : DomainOverlay.parse(spec.domainOverlay()).elements()) {
            if (item.path().startsWith("devices/")) {
                devices.append(item.element());
            } else if (item.path().equals("features")) {
                domain.merge(item.element());
            } else {
                domain.replace(item.element());
            }
        }
    }

    private void devices(XmlElement devices) {
        int order = 1;
        for (Disk disk : shape.disks()) {
            XmlElement element = devices.child("disk");
            describe(element, disk);
            element.child("boot").attribute("order", Integer.toString(order++));
        }
        if (spec.cloudInit() != null) {
            seed(devices);
        }
        for (Interface card : shape.interfaces()) {
            describe(devices.child("interface"), card);
        }
        XmlElement serial = devices.child("serial").attribute("type", "pty");
        serial.child("log")
                .attribute(
                        "file",
                        "/var/log/libvirt/qemu/"
                                + DomainIdentity.name(identity.tag().uid()) + "-console.log")
                .attribute("append", "on");
        serial.child("target").attribute("port", "0");
        if (spec.graphics() == Graphics.VNC) {
            devices.child("graphics")
                    .attribute("type", "vnc")
                    .attribute("port", "-1")
                    .attribute("autoport", "yes")
                    .attribute("listen", "127.0.0.1");
            devices.child("video").child("model").attribute("type", "vga");
        }
        // Each device that nobody asked for costs time at every start.
        devices.child("controller").attribute("type", "usb").attribute("model", "none");
        devices.child("memballoon").attribute("model", shape.balloon() ? "virtio" : "none");
        ports(devices);
    }

    /** The CD with cloud-init's data: after all disks, so that it takes no disk's letter, and not to boot from. */
    private void seed(XmlElement devices) {
        XmlElement element = devices.child("disk").attribute("type", "file").attribute("device", "cdrom");
        element.child("driver").attribute("name", "qemu").attribute("type", "raw");
        element.child("source").attribute("file", new HostFile(identity.uuid(), HostFile.Kind.Seed).path());
        // No disk has two letters: its place stays the same when disks come and go.
        element.child("target").attribute("dev", "sdaa").attribute("bus", "sata");
        element.child("readonly");
    }

    private void ports(XmlElement devices) {
        devices.child("controller")
                .attribute("type", "pci")
                .attribute("index", "0")
                .attribute("model", "pcie-root");
        long used = shape.disks().stream().filter(disk -> !disk.cdrom()).count()
                + shape.interfaces().size()
                + (shape.balloon() ? 1 : 0);
        for (int port = 0; port < used + SPARE_PORTS; port++) {
            devices.child("controller").attribute("type", "pci").attribute("model", "pcie-root-port");
        }
    }

    private static void describe(XmlElement element, Disk disk) {
        boolean block = disk.location().startsWith("/dev/");
        element.attribute("type", block ? "block" : "file").attribute("device", disk.cdrom() ? "cdrom" : "disk");
        XmlElement driver = element.child("driver").attribute("name", "qemu").attribute("type", disk.format());
        if (!disk.cdrom()) {
            driver.attribute("cache", "none").attribute("error_policy", "stop").attribute("io", "threads");
        }
        element.child("source").attribute(block ? "dev" : "file", disk.location());
        element.child("target").attribute("dev", disk.target()).attribute("bus", disk.bus());
        element.child("serial").text(disk.serial());
        if (disk.cdrom()) {
            element.child("readonly");
        }
    }

    private static void describe(XmlElement element, Interface card) {
        element.attribute("type", "bridge");
        element.child("mac").attribute("address", card.macAddress());
        element.child("source").attribute("bridge", card.bridge());
        element.child("model").attribute("type", card.model());
    }
}
