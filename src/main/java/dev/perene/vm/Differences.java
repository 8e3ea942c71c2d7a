package dev.perene.vm;

import dev.perene.api.VirtualMachineSpec;
import dev.perene.port.DomainShape;
import dev.perene.port.LiveEdit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Compares what a running guest has with what its VM says. */
final class Differences {
    private final VirtualMachineSpec spec;
    private final DomainShape live;
    private final DomainShape wanted;
    private final List<Difference> found = new ArrayList<>();

    private Differences(VirtualMachineSpec spec, DomainShape live, DomainShape wanted) {
        this.spec = spec;
        this.live = live;
        this.wanted = wanted;
    }

    /**
     * All differences, in the order of the spec's fields.
     *
     * @param spec the VM, of which {@code wanted} was made
     * @param live what the guest has
     * @param wanted what it should have
     */
    static List<Difference> between(VirtualMachineSpec spec, DomainShape live, DomainShape wanted) {
        return new Differences(spec, live, wanted).compare();
    }

    private List<Difference> compare() {
        if (live.equals(wanted)) {
            return List.of();
        }
        cores();
        memory();
        disks();
        interfaces();
        if (!live.machine().equals(wanted.machine())) {
            found.add(Difference.needsRestart("the machine", live.machine() + " becomes " + wanted.machine()));
        }
        if (live.uefi() != wanted.uefi()) {
            found.add(
                    Difference.needsRestart("spec.firmware", live.uefi() ? "UEFI becomes BIOS" : "BIOS becomes UEFI"));
        }
        marks();
        return List.copyOf(found);
    }

    private void cores() {
        if (headroomChanged(live.maxCores() > live.cores(), spec.cpu().maxCores() != null)
                && live.maxCores() != wanted.maxCores()) {
            found.add(Difference.needsRestart("spec.cpu.maxCores", live.maxCores() + " becomes " + wanted.maxCores()));
        }
        if (live.cores() != wanted.cores()) {
            String how = live.cores() + " becomes " + wanted.cores();
            boolean fits = wanted.cores() > live.cores() && wanted.cores() <= live.maxCores();
            found.add(
                    fits
                            ? Difference.editable("spec.cpu.cores", how, new LiveEdit.Vcpus(wanted.cores()))
                            : Difference.needsRestart("spec.cpu.cores", how));
        }
    }

    private void memory() {
        if (headroomChanged(
                        live.maxMemoryBytes() > live.memoryBytes(),
                        spec.memory().maxSize() != null)
                && live.maxMemoryBytes() != wanted.maxMemoryBytes()) {
            found.add(Difference.needsRestart(
                    "spec.memory.maxSize", size(live.maxMemoryBytes()) + " becomes " + size(wanted.maxMemoryBytes())));
        }
        if (live.memoryBytes() != wanted.memoryBytes()) {
            String how = size(live.memoryBytes()) + " becomes " + size(wanted.memoryBytes());
            boolean fits = live.balloon() && wanted.memoryBytes() <= live.maxMemoryBytes();
            found.add(
                    fits
                            ? Difference.editable("spec.memory.size", how, new LiveEdit.Memory(wanted.memoryBytes()))
                            : Difference.needsRestart("spec.memory.size", how));
        }
    }

    /** Whether a maximum is worth naming: without headroom before and after, the size itself says it all. */
    private static boolean headroomChanged(boolean had, boolean declared) {
        return had || declared;
    }

    private void disks() {
        Set<DomainShape.Disk> known = new HashSet<>();
        for (int index = 0; index < wanted.disks().size(); index++) {
            DomainShape.Disk disk = wanted.disks().get(index);
            Optional<DomainShape.Disk> plugged = same(disk);
            plugged.ifPresent(known::add);
            disk(field("spec.disks", index, disk.serial()), plugged, disk);
        }
        live.disks().stream()
                .filter(disk -> !known.contains(disk))
                .forEach(disk -> found.add(Difference.needsRestart(
                        "spec.disks", disk.target() + " with " + disk.location() + " goes, it is not declared")));
    }

    /** A disk that Perene plugged in bears its name; one of an adopted domain is known by what is in it. */
    private Optional<DomainShape.Disk> same(DomainShape.Disk disk) {
        return live.disks().stream()
                .filter(other -> other.serial().equals(disk.serial()))
                .findFirst()
                .or(() -> live.disks().stream()
                        .filter(other ->
                                other.serial().isEmpty() && other.location().equals(disk.location()))
                        .findFirst());
    }

    private void disk(String field, Optional<DomainShape.Disk> plugged, DomainShape.Disk disk) {
        if (plugged.isEmpty()) {
            found.add(
                    disk.cdrom()
                            ? Difference.needsRestart(field, "a new CD drive")
                            : Difference.editable(
                                    field, "a new disk", new LiveEdit.Attach(DomainDefinition.device(disk))));
            return;
        }
        DomainShape.Disk now = plugged.get();
        String medium = place(now) + " becomes " + place(disk);
        if (now.cdrom() != disk.cdrom() || !now.bus().equals(disk.bus())) {
            found.add(Difference.needsRestart(field, kind(now) + " becomes " + kind(disk)));
        } else if (!now.target().equals(disk.target())) {
            found.add(Difference.needsRestart(field, now.target() + " becomes " + disk.target()));
        } else if (!now.location().equals(disk.location())) {
            found.add(
                    disk.cdrom()
                            ? Difference.editable(field, medium, new LiveEdit.Update(DomainDefinition.device(disk)))
                            : Difference.needsRestart(field, medium));
        } else if (!now.format().equals(disk.format()) && !now.format().isEmpty()) {
            found.add(Difference.needsRestart(field, now.format() + " becomes " + disk.format()));
        }
    }

    private static String kind(DomainShape.Disk disk) {
        return (disk.cdrom() ? "a CD drive" : "a disk") + " on " + disk.bus();
    }

    private static String place(DomainShape.Disk disk) {
        return disk.location().isEmpty() ? "nothing" : disk.location();
    }

    private void interfaces() {
        Set<String> known = new HashSet<>();
        for (int index = 0; index < wanted.interfaces().size(); index++) {
            DomainShape.Interface card = wanted.interfaces().get(index);
            known.add(card.macAddress());
            card(field("spec.interfaces", index, spec.interfaces().get(index).name()), card);
        }
        live.interfaces().stream()
                .filter(card -> !known.contains(card.macAddress()))
                .forEach(card -> found.add(
                        Difference.needsRestart("spec.interfaces", card.macAddress() + " goes, it is not declared")));
    }

    private void card(String field, DomainShape.Interface card) {
        Optional<DomainShape.Interface> plugged = live.interfaces().stream()
                .filter(other -> other.macAddress().equals(card.macAddress()))
                .findFirst();
        if (plugged.isEmpty()) {
            found.add(
                    Difference.editable(field, "a new interface", new LiveEdit.Attach(DomainDefinition.device(card))));
        } else if (!plugged.get().model().equals(card.model())) {
            found.add(Difference.needsRestart(field, plugged.get().model() + " becomes " + card.model()));
        } else if (!plugged.get().bridge().equals(card.bridge())) {
            String before = plugged.get().bridge();
            String how = (before.isEmpty() ? "another network" : before) + " becomes " + card.bridge();
            found.add(
                    before.isEmpty()
                            ? Difference.needsRestart(field, how)
                            : Difference.editable(field, how, new LiveEdit.Update(DomainDefinition.device(card))));
        }
    }

    private void marks() {
        Set<String> fields = new TreeSet<>(live.marks().keySet());
        fields.addAll(wanted.marks().keySet());
        fields.remove(Hardware.DEFINITION);
        for (String field : fields) {
            String before = live.marks().get(field);
            String after = wanted.marks().get(field);
            if (before == null) {
                found.add(Difference.needsRestart(field, "new"));
            } else if (after == null) {
                found.add(Difference.needsRestart(field, "removed"));
            } else if (!before.equals(after)) {
                found.add(Difference.needsRestart(field, "changed"));
            }
        }
    }

    private static String field(String list, int index, String name) {
        return list + "[" + index + "] " + name;
    }

    private static String size(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
