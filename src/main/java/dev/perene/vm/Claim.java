package dev.perene.vm;

import dev.perene.api.Condition;
import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.VirtualMachine;
import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.Disk;
import dev.perene.api.VirtualMachineSpec.Interface;
import dev.perene.api.VirtualMachineSpec.RunStrategy;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a VM wants and another one has: a disk that one guest may write to, an address that is unique on its network, a
 * domain that is adopted. Of two that run, or of two that do not, the older one has it; one that runs has it before one
 * that does not. A VM that is halted has nothing.
 *
 * @param field the field of the spec that names it
 * @param what for people
 * @param holder namespace and name of the other VM
 * @param host the only host where this matters; empty for all
 */
record Claim(String field, String what, String holder, Optional<String> host) {
    /** The reason of a VM that does not get what it wants; what it has not got, it does not keep from others. */
    static final String REASON = "AlreadyClaimed";

    @Override
    public String toString() {
        return field + ": " + what + " is VirtualMachine " + holder + "'s; change one of the two, or halt the other";
    }

    /**
     * Everything that a VM wants and another one has.
     *
     * @param claimants the VMs that name something
     */
    static List<Claim> against(VirtualMachine self, Function<String, Collection<VirtualMachine>> claimants) {
        Map<String, VirtualMachine> others = new TreeMap<>();
        self.getSpec().claims().stream()
                .flatMap(claim -> claimants.apply(claim).stream())
                .filter(other -> precedes(other, self))
                .forEach(other -> others.put(other.getMetadata().getUid(), other));
        return others.values().stream().flatMap(other -> between(self, other)).toList();
    }

    private static Stream<Claim> between(VirtualMachine self, VirtualMachine other) {
        String holder =
                other.getMetadata().getNamespace() + "/" + other.getMetadata().getName();
        Stream<Claim> disks = indices(self.getSpec().disks())
                .flatMap(index ->
                        disk("spec.disks[" + index + "]", self.getSpec().disks().get(index), other, holder).stream());
        Stream<Claim> cards = indices(self.getSpec().interfaces())
                .filter(index -> Optional.ofNullable(
                                self.getSpec().interfaces().get(index).macAddress())
                        .filter(address -> addresses(other).anyMatch(address::equals))
                        .isPresent())
                .map(index -> new Claim(
                        "spec.interfaces[" + index + "].macAddress",
                        "macAddress " + self.getSpec().interfaces().get(index).macAddress(),
                        holder,
                        Optional.empty()));
        Stream<Claim> domains = adopted(self)
                .filter(name -> adopted(other).filter(name::equals).isPresent())
                .stream()
                .map(name -> new Claim("spec.adopt.domainName", "domain " + name, holder, Optional.empty()));
        return Stream.of(disks, cards, domains).flatMap(claims -> claims);
    }

    private static Optional<Claim> disk(String field, Disk disk, VirtualMachine other, String holder) {
        String place = disk.location().orElse("");
        boolean taken = disk.cdrom() == null && other.getSpec().writablePlaces().anyMatch(place::equals);
        if (!taken) {
            return Optional.empty();
        }
        boolean local = disk.local() != null
                && other.getSpec().disks().stream()
                        .anyMatch(each ->
                                each.local() != null && each.local().location().equals(place));
        String elsewhere = other.getStatus() == null ? null : other.getStatus().hostName();
        if (local && elsewhere == null) {
            return Optional.empty();
        }
        return Optional.of(new Claim(field, place, holder, local ? Optional.ofNullable(elsewhere) : Optional.empty()));
    }

    private static Stream<Integer> indices(List<?> list) {
        return Stream.iterate(0, index -> index < list.size(), index -> index + 1);
    }

    private static Stream<String> addresses(VirtualMachine machine) {
        return machine.getSpec().interfaces().stream()
                .map(Interface::macAddress)
                .filter(Objects::nonNull);
    }

    private static Optional<String> adopted(VirtualMachine machine) {
        return Optional.ofNullable(machine.getSpec().adopt()).map(VirtualMachineSpec.Adopt::domainName);
    }

    private static boolean precedes(VirtualMachine other, VirtualMachine self) {
        boolean same = other.getMetadata().getUid().equals(self.getMetadata().getUid());
        if (same || !hasClaims(other)) {
            return false;
        }
        Comparator<VirtualMachine> age = Comparator.comparing((VirtualMachine machine) ->
                        String.valueOf(machine.getMetadata().getCreationTimestamp()))
                .thenComparing(machine -> machine.getMetadata().getUid());
        return mayRun(other) || !mayRun(self) && age.compare(other, self) < 0;
    }

    private static boolean hasClaims(VirtualMachine other) {
        boolean refused = conditions(other).stream()
                .anyMatch(condition -> condition.type().equals(Conditions.READY)
                        && condition.reason().equals(REASON));
        return !refused && (other.getSpec().runStrategy() != RunStrategy.Halted || mayRun(other));
    }

    /** Whether its guest runs, or nobody knows. */
    private static boolean mayRun(VirtualMachine machine) {
        return Conditions.is(conditions(machine), Verdict.RUNNING, ConditionStatus.True)
                || Conditions.is(conditions(machine), Verdict.RUNNING, ConditionStatus.Unknown)
                        && machine.getStatus().hostName() != null;
    }

    private static List<Condition> conditions(VirtualMachine machine) {
        return machine.getStatus() == null ? List.of() : machine.getStatus().conditions();
    }
}
