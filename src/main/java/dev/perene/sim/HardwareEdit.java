package dev.perene.sim;

import dev.perene.api.XmlDocument;
import dev.perene.port.DomainShape;
import dev.perene.port.DomainShape.Disk;
import dev.perene.port.DomainShape.Interface;
import dev.perene.port.DomainXml;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.LibvirtFailure.Kind;
import dev.perene.port.LiveEdit;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.w3c.dom.Element;

/** What libvirt and QEMU make of a change of a running guest's hardware. */
final class HardwareEdit {
    private HardwareEdit() {}

    static DomainShape applied(DomainShape shape, LiveEdit edit) throws LibvirtFailure {
        return switch (edit) {
            case LiveEdit.Vcpus(int count) -> {
                require(
                        count <= shape.maxCores(),
                        "invalid argument: requested vcpus is greater than max allowable vcpus for the live domain: "
                                + count + " > " + shape.maxCores());
                yield shape.withCores(count);
            }
            case LiveEdit.Memory(long bytes) -> {
                require(bytes <= shape.maxMemoryBytes(), "invalid argument: cannot set memory higher than max memory");
                if (!shape.balloon()) {
                    throw new LibvirtFailure(
                            Kind.WrongState,
                            "Requested operation is not valid: Unable to change memory of active domain without the"
                                    + " balloon device and guest OS balloon driver");
                }
                yield shape.withMemory(bytes);
            }
            case LiveEdit.Attach(String device) -> attached(shape, parsed(device));
            case LiveEdit.Update(String device) -> updated(shape, parsed(device));
        };
    }

    private static Element parsed(String device) throws LibvirtFailure {
        try {
            return XmlDocument.root(device);
        } catch (IllegalArgumentException malformed) {
            throw new LibvirtFailure(Kind.Refused, "(device_definition): " + malformed.getMessage());
        }
    }

    private static DomainShape attached(DomainShape shape, Element device) throws LibvirtFailure {
        if (!device.getTagName().equals("disk")) {
            return shape.withInterfaces(and(shape.interfaces(), DomainXml.networkInterface(device)));
        }
        Disk disk = DomainXml.disk(device);
        require(
                shape.disks().stream().noneMatch(other -> other.target().equals(disk.target())),
                "operation failed: target " + disk.target() + " already exists");
        require(
                disk.bus().equals("virtio"),
                "Operation not supported: disk device='" + (disk.cdrom() ? "cdrom" : "disk") + "' of bus '" + disk.bus()
                        + "' cannot be hotplugged");
        return shape.withDisks(and(shape.disks(), disk));
    }

    private static DomainShape updated(DomainShape shape, Element device) throws LibvirtFailure {
        if (device.getTagName().equals("disk")) {
            Disk disk = DomainXml.disk(device);
            return shape.withDisks(
                    replaced(shape.disks(), disk, other -> other.target().equals(disk.target())));
        }
        Interface card = DomainXml.networkInterface(device);
        return shape.withInterfaces(
                replaced(shape.interfaces(), card, other -> other.macAddress().equals(card.macAddress())));
    }

    private static <T> List<T> and(List<T> all, T more) {
        return Stream.concat(all.stream(), Stream.of(more)).toList();
    }

    private static <T> List<T> replaced(List<T> all, T next, Predicate<T> same) throws LibvirtFailure {
        require(all.stream().anyMatch(same), "internal error: there is no such device");
        return all.stream().map(each -> same.test(each) ? next : each).toList();
    }

    private static void require(boolean condition, String words) throws LibvirtFailure {
        if (!condition) {
            throw new LibvirtFailure(Kind.Refused, words);
        }
    }
}
