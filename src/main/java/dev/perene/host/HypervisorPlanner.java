package dev.perene.host;

import dev.perene.api.Condition;
import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.HypervisorStatus;
import dev.perene.api.HypervisorStatus.Resources;
import dev.perene.api.HypervisorStatus.Versions;
import dev.perene.api.Violation;
import dev.perene.port.DomainObservation;
import dev.perene.port.HostFacts;
import dev.perene.port.HostObservation;
import dev.perene.port.LibvirtContact;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.Quantities;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides what a Hypervisor's status says about its host. It never gives a host a command. */
final class HypervisorPlanner {
    static final String REACHABLE = "Reachable";
    static final String LIBVIRT_READY = "LibvirtReady";

    private HypervisorPlanner() {}

    /**
     * What is known when the decision is made.
     *
     * @param name name of the Hypervisor
     * @param generation generation of its spec
     * @param violations what is wrong with its spec
     * @param status its status so far
     * @param host the picture of its host
     * @param tenants names of VirtualMachines that run or may only be started here; looked up only for one that is
     *     being deleted
     * @param deleting whether somebody asked to delete it
     * @param now monotonic time
     * @param wallClock for people to read
     */
    record Situation(
            String name,
            @Nullable Long generation,
            List<Violation> violations,
            HypervisorStatus status,
            HostObservation host,
            List<String> tenants,
            boolean deleting,
            Duration now,
            Instant wallClock) {}

    /** The next status. */
    static HypervisorStatus decide(Situation situation) {
        HypervisorStatus before = situation.status();
        Optional<HostFacts> facts = situation.host().facts();
        boolean answering = situation.host().answering(situation.now());
        List<DomainObservation> active = situation.host().domains().values().stream()
                .filter(domain -> domain.state().active())
                .toList();
        return new HypervisorStatus(
                situation.generation(),
                facts.map(HypervisorPlanner::capacity).orElse(before.capacity()),
                answering ? allocated(active) : before.allocated(),
                answering ? Integer.valueOf(active.size()) : before.virtualMachines(),
                facts.map(known -> new Versions(known.libvirtVersion(), known.hypervisorVersion()))
                        .orElse(before.versions()),
                facts.map(HostFacts::machineId).orElse(before.machineID()),
                situation.host().shell().bootId().orElse(before.bootID()),
                conditions(situation));
    }

    private static List<Condition> conditions(Situation situation) {
        Conditions next =
                new Conditions(situation.status().conditions(), situation.generation(), situation.wallClock());
        HostObservation host = situation.host();
        if (!situation.violations().isEmpty()) {
            return notLookedAt(next, "InvalidSpec", Violation.describe(situation.violations()))
                    .list();
        }
        if (host.duplicateOf().isPresent()) {
            return notLookedAt(
                            next,
                            "DuplicateMachine",
                            "Hypervisor " + host.duplicateOf().get()
                                    + " already describes this machine (same machine id); delete one of the two, or give"
                                    + " the cloned host its own host_uuid in libvirtd.conf")
                    .list();
        }
        return switch (host.libvirt()) {
            // An operator that was restarted does not forget what the one before it said until it knows better.
            case LibvirtContact.Connecting()
            when !situation.status().conditions().isEmpty() ->
                situation.status().conditions();
            case LibvirtContact.Connecting() ->
                next.with(REACHABLE, ConditionStatus.Unknown, "Connecting", "no attempt to reach it has ended yet")
                        .with(LIBVIRT_READY, ConditionStatus.Unknown, "Connecting", "libvirt has not answered yet")
                        .reconciling("Connecting", "connecting to libvirt")
                        .list();
            case LibvirtContact.Connected(Duration confirmed) ->
                host.answering(situation.now())
                        ? answering(next, situation).list()
                        : silent(
                                        next,
                                        host,
                                        new LibvirtContact.Disconnected(
                                                confirmed,
                                                LibvirtFailure.Kind.Unreachable,
                                                host.silence(situation.now())))
                                .list();
            case LibvirtContact.Disconnected disconnected ->
                silent(next, host, disconnected).list();
        };
    }

    /** A host that is ignored for now: nothing is said about its reachability. */
    private static Conditions notLookedAt(Conditions next, String reason, String message) {
        return next.with(REACHABLE, ConditionStatus.Unknown, reason, message)
                .with(LIBVIRT_READY, ConditionStatus.Unknown, reason, message)
                .stalled(reason, message);
    }

    private static Conditions answering(Conditions next, Situation situation) {
        next.with(REACHABLE, ConditionStatus.True, "LibvirtAnswers", "libvirt answers")
                .with(LIBVIRT_READY, ConditionStatus.True, "LibvirtAnswers", "libvirt answers");
        if (situation.deleting()) {
            return next.stalled(
                    "StillInUse",
                    "kept until no VirtualMachine is left on it; move or delete: "
                            + String.join(", ", situation.tenants()));
        }
        Optional<String> shellFailure = situation.host().shell().failure();
        return shellFailure.isPresent()
                ? next.stalled(
                        "ShellUnreachable",
                        "SSH to the host fails, check spec.ssh and its Secret: " + shellFailure.get())
                : next.ready("Connected", "the host answers over libvirt and SSH");
    }

    private static Conditions silent(Conditions next, HostObservation host, LibvirtContact.Disconnected contact) {
        if (contact.kind() == LibvirtFailure.Kind.Unauthorized) {
            return next.with(REACHABLE, ConditionStatus.True, "HostAnswers", "the host answers and refuses us")
                    .with(LIBVIRT_READY, ConditionStatus.False, "Unauthorized", contact.why())
                    .stalled(
                            "Unauthorized",
                            "libvirt refuses the operator, check spec.libvirtURI, spec.ssh.hostKey and the Secret of"
                                    + " spec.ssh.secretRef: " + contact.why());
        }
        if (host.management().answering()) {
            return next.with(REACHABLE, ConditionStatus.True, "AddressAnswers", "its management address answers")
                    .with(LIBVIRT_READY, ConditionStatus.False, "LibvirtUnreachable", contact.why())
                    .reconciling(
                            "LibvirtUnreachable",
                            "the host answers, its libvirt does not; guests may be running on; trying again: "
                                    + contact.why());
        }
        return next.with(REACHABLE, ConditionStatus.False, "HostUnreachable", contact.why())
                .with(LIBVIRT_READY, ConditionStatus.Unknown, "HostUnreachable", contact.why())
                .unknown(
                        "HostUnreachable",
                        "neither libvirt nor the management address answers; nothing is known about guests there: "
                                + contact.why());
    }

    private static Resources capacity(HostFacts facts) {
        return new Resources(Quantities.count(facts.cpus()), Quantities.bytes(facts.memoryBytes()));
    }

    private static Resources allocated(List<DomainObservation> active) {
        return new Resources(
                Quantities.count(
                        active.stream().mapToInt(DomainObservation::cores).sum()),
                Quantities.bytes(active.stream()
                        .mapToLong(DomainObservation::memoryBytes)
                        .sum()));
    }
}
