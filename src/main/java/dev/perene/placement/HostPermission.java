package dev.perene.placement;

import dev.perene.api.DomainOverlay;
import dev.perene.api.HypervisorSpec.Allowed;
import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.Disk;
import dev.perene.api.VirtualMachineSpec.Source;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides whether a host's admin lets a VM touch the paths, devices and bridges that it names. */
public final class HostPermission {
    /** Perene's files for all VMs, secrets among them: in no VM's reach, whatever an admin allows. */
    private static final String PERENES_OWN = "/var/lib/libvirt/perene/";

    private HostPermission() {}

    /** The first thing that the VM may not touch on the host, in a sentence; empty when it may run there. */
    public static Optional<String> objection(VirtualMachineSpec spec, Allowed allowed) {
        return Stream.of(
                        spec.disks().stream().flatMap(disk -> objection(disk, allowed).stream()),
                        spec.interfaces().stream()
                                .filter(each -> !allowed.bridges().contains(each.bridge()))
                                .map(each -> "bridge " + each.bridge() + " is not in its allowed.bridges"),
                        overlay(spec)
                                .filter(path -> !allowed.domainOverlay().contains(path))
                                .map(path -> "element " + path
                                        + " of the domainOverlay is not in its allowed.domainOverlay"))
                .flatMap(objections -> objections)
                .findFirst();
    }

    private static Stream<String> overlay(VirtualMachineSpec spec) {
        return Optional.ofNullable(spec.domainOverlay()).map(DomainOverlay::parse).stream()
                .flatMap(overlay -> overlay.elements().stream())
                .map(DomainOverlay.Item::path);
    }

    private static Optional<String> objection(Disk disk, Allowed allowed) {
        if (disk.cdrom() != null) {
            return refusal(disk.cdrom().path(), allowed.paths(), "allowed.paths");
        }
        Source source = disk.shared() != null ? disk.shared() : disk.local();
        if (source == null) {
            return Optional.of("disk " + disk.name() + " names no source");
        }
        return source.device() != null
                ? refusal(source.device(), allowed.devices(), "allowed.devices")
                : refusal(source.location(), allowed.paths(), "allowed.paths");
    }

    private static Optional<String> refusal(String path, List<String> allowed, String list) {
        boolean inside = isNormal(path)
                && !path.startsWith(PERENES_OWN)
                && allowed.stream()
                        .anyMatch(entry -> entry.endsWith("/") ? path.startsWith(entry) : path.equals(entry));
        return inside ? Optional.empty() : Optional.of(path + " is not within its " + list);
    }

    /** Whether a path says where it leads; one that climbs could leave the folder that it begins with. */
    private static boolean isNormal(String path) {
        return path.startsWith("/") && !path.contains("//") && !(path + "/").contains("/../");
    }
}
