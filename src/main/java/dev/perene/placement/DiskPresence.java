package dev.perene.placement;

import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.Disk;
import dev.perene.api.VirtualMachineSpec.Source;
import dev.perene.placement.Candidate.Found;
import java.util.Optional;

/** Decides whether a VM's disks are on a host, as far as is known. */
final class DiskPresence {
    private DiskPresence() {}

    static Optional<String> objection(VirtualMachineSpec spec, Candidate candidate) {
        return spec.disks().stream()
                .flatMap(disk -> objection(disk, candidate).stream())
                .findFirst();
    }

    private static Optional<String> objection(Disk disk, Candidate candidate) {
        if (disk.cdrom() != null) {
            return objection(disk.name(), disk.cdrom().path(), Found.File, false, candidate);
        }
        if (disk.shared() != null) {
            return objection(disk.name(), disk.shared(), false, candidate);
        }
        return disk.local() == null ? Optional.empty() : objection(disk.name(), disk.local(), true, candidate);
    }

    private static Optional<String> objection(String name, Source source, boolean mustBeKnown, Candidate candidate) {
        Found expected = source.device() != null ? Found.BlockDevice : Found.File;
        return objection(name, source.location(), expected, mustBeKnown, candidate);
    }

    private static Optional<String> objection(
            String disk, String path, Found expected, boolean mustBeKnown, Candidate candidate) {
        Found found = candidate.paths().get(path);
        if (found == null) {
            return mustBeKnown
                    ? Optional.of("whether disk " + disk + ", " + path + ", is there is not known yet")
                    : Optional.empty();
        }
        return switch (found) {
            case Nothing -> Optional.of("disk " + disk + ", " + path + ", does not exist there");
            case File, BlockDevice, Other ->
                found == expected
                        ? Optional.empty()
                        : Optional.of("disk " + disk + ", " + path + ", is not a "
                                + (expected == Found.File ? "regular file" : "block device"));
        };
    }
}
