package dev.perene.placement;

import dev.perene.api.HypervisorSpec.SchedulingPolicy;
import dev.perene.api.VirtualMachineSpec;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Decides on which host a VM is started: of those that may run it, the one with the most free memory. */
public final class HostChooser {
    private HostChooser() {}

    /**
     * Chooses a host.
     *
     * @param spec the VM
     * @param candidates all declared hosts
     * @param last the host where it ran last; it is kept when it still may run the VM
     */
    public static HostChoice choose(VirtualMachineSpec spec, Collection<Candidate> candidates, Optional<String> last) {
        SortedMap<String, String> reasons = new TreeMap<>();
        List<Candidate> able = candidates.stream()
                .filter(candidate -> {
                    Optional<String> objection = objection(spec, candidate);
                    objection.ifPresent(why -> reasons.put(candidate.name(), why));
                    return objection.isEmpty();
                })
                .toList();
        Optional<Candidate> same = able.stream()
                .filter(candidate -> last.filter(candidate.name()::equals).isPresent())
                .findFirst();
        return same.map(candidate -> (HostChoice) new HostChoice.Chosen(candidate.name(), "it ran there last"))
                .or(() -> able.stream()
                        .max(Comparator.comparingLong(HostChooser::freeBytes)
                                .thenComparing(Candidate::name, Comparator.reverseOrder()))
                        .map(candidate -> new HostChoice.Chosen(
                                candidate.name(),
                                "it has the most free memory, " + mebibytes(freeBytes(candidate)) + ", of "
                                        + able.size() + " that may run it")))
                .orElseGet(() -> new HostChoice.Nowhere(reasons));
    }

    /** Why a host cannot run the VM; the first reason that a person has to deal with. */
    static Optional<String> objection(VirtualMachineSpec spec, Candidate candidate) {
        return PlacementRule.objection(spec.placement(), candidate)
                .or(candidate::unavailable)
                .or(() -> candidate.spec().schedulingPolicy() == SchedulingPolicy.Disabled
                        ? Optional.of("its schedulingPolicy is Disabled")
                        : Optional.empty())
                .or(() -> HostPermission.objection(spec, candidate.spec().allowed()))
                .or(() -> DiskPresence.objection(spec, candidate))
                .or(() -> lackOfRoom(spec, candidate));
    }

    private static Optional<String> lackOfRoom(VirtualMachineSpec spec, Candidate candidate) {
        if (spec.cpu().cores() > candidate.cpus()) {
            return Optional.of("cpu.cores is " + spec.cpu().cores() + ", the host has " + candidate.cpus());
        }
        long needed = spec.memory().mostBytes();
        long free = freeBytes(candidate);
        return needed > free
                ? Optional.of((spec.memory().maxSize() == null ? "memory.size is " : "memory.maxSize is ")
                        + mebibytes(needed) + ", " + mebibytes(Math.max(0, free)) + " of "
                        + mebibytes(candidate.memoryBytes()) + " are free")
                : Optional.empty();
    }

    private static long freeBytes(Candidate candidate) {
        return candidate.memoryBytes() - candidate.spec().reserved().memoryBytes() - candidate.committedBytes();
    }

    private static String mebibytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
