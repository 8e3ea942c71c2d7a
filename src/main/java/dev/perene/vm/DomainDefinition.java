package dev.perene.vm;

import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.Disk;
import dev.perene.api.VirtualMachineSpec.Graphics;
import dev.perene.api.VirtualMachineSpec.Interface;
import dev.perene.api.VirtualMachineSpec.Source;
import dev.perene.port.DomainTag;
import dev.perene.port.Quantities;
import java.util.UUID;

/**
 * Makes libvirt's domain XML of a VirtualMachine. Names come from the UID, so that they never clash and tell nothing to
 * a shell. It holds no user input that is not an attribute or text of an element, and the XML writer escapes those.
 */
final class DomainDefinition {
    private static final char[] HEXADECIMAL = "0123456789abcdef".toCharArray();

    private final VirtualMachineSpec spec;
    private final DomainTag tag;

    private DomainDefinition(VirtualMachineSpec spec, DomainTag tag) {
        this.spec = spec;
        this.tag = tag;
    }

    /**
     * The definition of a VM for one host.
     *
     * @param spec the VM
     * @param tag whose domain it is
     * @param accelerated whether the host's CPUs run guests by themselves (KVM); without that QEMU emulates them
     */
    static String of(VirtualMachineSpec spec, DomainTag tag, boolean accelerated) {
        return new DomainDefinition(spec, tag).domain(accelerated).print();
    }

    /** libvirt's name of a VM's domain. */
    static String name(UUID uid) {
        return "perene-" + uid;
    }

    private XmlElement domain(boolean accelerated) {
        XmlElement domain = XmlElement.root("domain").attribute("type", accelerated ? "kvm" : "qemu");
        domain.child("name").text(name(tag.uid()));
        domain.child("uuid").text(tag.uid().toString());
        domain.child("title").text(tag.namespace() + "/" + tag.name());
        domain.child("metadata")
                .child(DomainTag.NAMESPACE, "perene:virtualmachine")
                .attribute("uid", tag.uid().toString())
                .attribute("namespace", tag.namespace())
                .attribute("name", tag.name());
        domain.child("memory")
                .attribute("unit", "b")
                .text(Long.toString(Quantities.bytes(spec.memory().size())));
        domain.child("vcpu").text(spec.cpu().cores().toString());
        XmlElement system = domain.child("os");
        system.child("type")
                .attribute("arch", "x86_64")
                .attribute("machine", "q35")
                .text("hvm");
        domain.child("features").child("acpi");
        if (accelerated) {
            domain.child("cpu").attribute("mode", "host-model");
        }
        domain.child("clock").attribute("offset", "utc");
        domain.child("on_poweroff").text("destroy");
        domain.child("on_reboot").text("restart");
        domain.child("on_crash").text("destroy");
        devices(domain.child("devices"));
        return domain;
    }

    private void devices(XmlElement devices) {
        int order = 1;
        for (Disk disk : spec.disks()) {
            disk(devices, disk, order++);
        }
        for (Interface each : spec.interfaces()) {
            XmlElement card = devices.child("interface").attribute("type", "bridge");
            card.child("mac").attribute("address", macAddress(each));
            card.child("source").attribute("bridge", each.bridge());
            card.child("model").attribute("type", "virtio");
        }
        XmlElement serial = devices.child("serial").attribute("type", "pty");
        serial.child("log")
                .attribute("file", "/var/log/libvirt/qemu/" + name(tag.uid()) + "-console.log")
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
        devices.child("memballoon").attribute("model", "none");
    }

    private void disk(XmlElement devices, Disk disk, int order) {
        boolean cdrom = disk.cdrom() != null;
        Source source = disk.shared() != null ? disk.shared() : disk.local();
        boolean block = source != null && source.device() != null;
        XmlElement element = devices.child("disk")
                .attribute("type", block ? "block" : "file")
                .attribute("device", cdrom ? "cdrom" : "disk");
        XmlElement driver = element.child("driver")
                .attribute("name", "qemu")
                .attribute("type", source == null ? "raw" : source.format().name());
        if (!cdrom) {
            driver.attribute("cache", "none").attribute("error_policy", "stop").attribute("io", "threads");
        }
        element.child("source")
                .attribute(block ? "dev" : "file", cdrom ? disk.cdrom().path() : location(source));
        // Letters are given by position, so that a disk keeps its name when another is a CD.
        String letter = String.valueOf((char) ('a' + order - 1));
        element.child("target")
                .attribute("dev", (cdrom ? "sd" : "vd") + letter)
                .attribute("bus", cdrom ? "sata" : "virtio");
        element.child("serial").text(disk.name());
        element.child("boot").attribute("order", Integer.toString(order));
        if (cdrom) {
            element.child("readonly");
        }
    }

    private static String location(@org.jspecify.annotations.Nullable Source source) {
        return source == null ? "" : source.location();
    }

    /** The address in the spec, or one made of the VM's UID and the interface's name: the same at every start. */
    private String macAddress(Interface each) {
        if (each.macAddress() != null) {
            return each.macAddress();
        }
        int hash = UUID.nameUUIDFromBytes(
                        (tag.uid() + "/" + each.name()).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .hashCode();
        StringBuilder address = new StringBuilder("52:54:00");
        for (int shift = 20; shift >= 0; shift -= 4) {
            if (shift % 8 == 4) {
                address.append(':');
            }
            address.append(HEXADECIMAL[hash >> shift & 0xf]);
        }
        return address.toString();
    }
}
