package dev.perene.vm;

import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.Disk;
import dev.perene.api.VirtualMachineSpec.DiskFormat;
import dev.perene.api.VirtualMachineSpec.Firmware;
import dev.perene.api.VirtualMachineSpec.Graphics;
import dev.perene.api.VirtualMachineSpec.Interface;
import dev.perene.api.VirtualMachineSpec.Source;
import dev.perene.port.DomainShape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What a VM's domain is to be made of. */
final class Hardware {
    /** The mark of definitions that Perene wrote, with the version of its hand. */
    static final String DEFINITION = "definition";

    private static final String VERSION = "1";
    private static final char[] HEXADECIMAL = "0123456789abcdef".toCharArray();

    private Hardware() {}

    static DomainShape of(VirtualMachineSpec spec, UUID uid) {
        List<DomainShape.Disk> disks = new ArrayList<>();
        for (Disk disk : spec.disks()) {
            disks.add(disk(disk, disks.size()));
        }
        return new DomainShape(
                spec.cpu().cores(),
                spec.cpu().most(),
                spec.memory().bytes(),
                spec.memory().mostBytes(),
                spec.memory().mostBytes() > spec.memory().bytes(),
                "q35",
                spec.firmware() == Firmware.UEFI,
                disks,
                spec.interfaces().stream()
                        .map(each -> new DomainShape.Interface(macAddress(uid, each), each.bridge(), "virtio"))
                        .toList(),
                marks(spec));
    }

    /** What cannot be read from a guest's hardware is compared by what was written. */
    private static Map<String, String> marks(VirtualMachineSpec spec) {
        Map<String, String> marks = new HashMap<>(Map.of(DEFINITION, VERSION));
        if (spec.domainOverlay() != null) {
            marks.put("spec.domainOverlay", hash(spec.domainOverlay()));
        }
        if (spec.graphics() != Graphics.None) {
            marks.put("spec.graphics", spec.graphics().name());
        }
        if (spec.cloudInit() != null) {
            marks.put("spec.cloudInit", hash(spec.cloudInit().toString()));
        }
        return marks;
    }

    /** Tells changes apart; it guards nothing. */
    private static String hash(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** Letters are given by position, so that a disk keeps its name when another is a CD. */
    private static DomainShape.Disk disk(Disk disk, int position) {
        boolean cdrom = disk.cdrom() != null;
        Source source = disk.shared() != null ? disk.shared() : disk.local();
        DiskFormat format = source == null ? DiskFormat.raw : source.format();
        return new DomainShape.Disk(
                disk.name(),
                (cdrom ? "sd" : "vd") + (char) ('a' + position),
                cdrom ? "sata" : "virtio",
                cdrom,
                disk.location().orElse(""),
                format.name());
    }

    /** The address in the spec, or one made of the VM's UID and the interface's name: the same at every start. */
    private static String macAddress(UUID uid, Interface each) {
        if (each.macAddress() != null) {
            return each.macAddress();
        }
        int hash = UUID.nameUUIDFromBytes((uid + "/" + each.name()).getBytes(StandardCharsets.UTF_8))
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
