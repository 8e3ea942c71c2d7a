package dev.perene.vm;

import static dev.perene.vm.Verdict.verdict;

import dev.perene.api.HypervisorSpec.Allowed;
import dev.perene.api.VirtualMachineSpec.Placement;
import dev.perene.placement.HostPermission;
import dev.perene.port.CommandProgress;
import dev.perene.port.DomainCommand;
import dev.perene.port.DomainShape;
import dev.perene.port.DomainTag;
import dev.perene.port.HostObservation;
import dev.perene.vm.Decision.Step;
import dev.perene.vm.Situation.Copy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Decides how a domain that exists becomes a VM's, and how a VM's domain becomes nobody's, without interrupting it. Its UUID
 * is recorded first, its metadata tagged then; a crash between the two is found again.
 *
 * @param situation what is known
 */
record Adoption(Situation situation) {
    /** The value of the annotation that leaves the domain behind. */
    static final String RELEASE = "Release";

    private static final Duration WATCH = Duration.ofSeconds(5);

    static Adoption of(Situation situation) {
        return new Adoption(situation);
    }

    /** Whether a domain without our tag is the one that is being adopted. */
    static boolean isUnfinished(Situation situation, Copy copy) {
        return situation.spec().adopt() != null
                && !situation.domain().equals(situation.uid())
                && copy.domain().name().equals(situation.spec().adopt().domainName());
    }

    /** The first half: the domain is looked for and its UUID recorded. */
    Decision decide() {
        List<Copy> found = situation.hosts().stream()
                .filter(host -> isPlace(host.name()) && host.answering(situation.now()))
                .flatMap(host -> host.domains().values().stream()
                        .filter(domain -> domain.name().equals(domainName()))
                        .map(domain -> new Copy(host.name(), domain)))
                .toList();
        if (found.size() > 1) {
            return verdict(situation)
                    .stalled(
                            "AmbiguousDomain",
                            "domain " + domainName() + " exists on "
                                    + found.stream().map(Copy::host).collect(Collectors.joining(" and "))
                                    + "; name one of them in spec.placement.hosts")
                    .lookAgain(WATCH);
        }
        return found.isEmpty() ? missing() : found(found.getFirst());
    }

    /** The second half: the domain is tagged. */
    Decision finish(Copy copy) {
        Optional<Decision> refusal = refusal(copy);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        Verdict verdict =
                verdict(situation).on(copy.host()).owning(copy.domain().uuid());
        Optional<CommandProgress> progress = situation
                .host(copy.host())
                .flatMap(host -> host.progress(copy.domain().uuid()));
        Decision adopting = verdict.waiting(
                "Adopting",
                "Adopting",
                "domain " + domainName() + " on " + copy.host() + " becomes this VM" + refused(progress));
        Optional<UUID> before = copy.domain().tag().map(DomainTag::uid).filter(uid -> !uid.equals(situation.uid()));
        return given(
                adopting,
                progress,
                new Step(copy.host(), new DomainCommand.Claim(copy.domain().uuid(), situation.tag(), before)));
    }

    /** A VM that is deleted leaves its domain as it is. */
    Decision release(Copy copy) {
        Verdict verdict = verdict(situation).whileTerminating();
        String wish = situation.onDelete().orElse("");
        if (!wish.equals(RELEASE)) {
            return verdict.stalled(
                    "UnknownOnDelete",
                    "annotation perene.dev/on-delete is '" + wish + "': set it to " + RELEASE
                            + ", which leaves the domain as it is, or remove it, which shuts the guest down");
        }
        Allowed allowed = situation.allowed().get(copy.host());
        if (allowed == null || !allowed.mayAdopt(copy.domain().name())) {
            return verdict.stalled("ReleaseNotAllowed", notListed(copy) + ", so it cannot be left behind there");
        }
        Optional<CommandProgress> progress = situation.progress(copy.host());
        Decision releasing = verdict.waiting(
                "Releasing",
                "Terminating",
                "domain " + copy.domain().name() + " on " + copy.host() + " is left as it is" + refused(progress));
        return given(releasing, progress, new Step(copy.host(), new DomainCommand.Release(situation.domain())));
    }

    /** Gives a command unless one is under way or libvirt refused one a moment ago. */
    private Decision given(Decision decision, Optional<CommandProgress> progress, Step step) {
        Duration pause =
                switch (progress.orElse(null)) {
                    case CommandProgress.InFlight inFlight -> WATCH;
                    case CommandProgress.Failed failed -> Backoff.left(failed, situation.now());
                    case null, default -> Duration.ZERO;
                };
        return pause.isPositive()
                ? decision.lookAgain(pause)
                : decision.step(step).lookAgain(WATCH);
    }

    private static String refused(Optional<CommandProgress> progress) {
        return progress.orElse(null) instanceof CommandProgress.Failed failed
                ? "; libvirt refused, try " + failed.inARow() + ": " + failed.why()
                : "";
    }

    private Decision missing() {
        List<HostObservation> silent = situation.hosts().stream()
                .filter(host -> isPlace(host.name()) && !host.answering(situation.now()))
                .toList();
        if (silent.stream().anyMatch(situation::firstLookIsDue)) {
            return verdict(situation).undecided().lookAgain(Duration.ofMillis(500));
        }
        String unknown = silent.isEmpty()
                ? ""
                : "; "
                        + silent.stream()
                                .map(host -> host.silence(situation.now()))
                                .collect(Collectors.joining(", "));
        return verdict(situation)
                .stalled(
                        "DomainNotFound",
                        "no host that answers has a domain named " + domainName()
                                + ", which spec.adopt names; nothing is created in its place" + unknown)
                .lookAgain(WATCH);
    }

    private Decision found(Copy copy) {
        return refusal(copy).orElseGet(() -> finish(copy));
    }

    private Optional<Decision> refusal(Copy copy) {
        Optional<Claim> rival = situation.claimOn(copy.host());
        Optional<DomainTag> owner = copy.domain().tag().filter(tag -> !tag.uid().equals(situation.uid()));
        Allowed allowed = situation.allowed().get(copy.host());
        if (owner.filter(tag -> situation.declared().contains(tag.uid())).isPresent()) {
            return stalled(
                    "AlreadyAdopted",
                    "domain " + domainName() + " on " + copy.host() + " is VirtualMachine "
                            + owner.get().namespace() + "/" + owner.get().name() + "'s");
        }
        if (rival.isPresent()) {
            return stalled(Claim.REASON, rival.get().toString());
        }
        if (allowed == null || !allowed.mayAdopt(domainName())) {
            return stalled("AdoptionNotAllowed", notListed(copy));
        }
        Optional<String> objection = HostPermission.objection(situation.spec(), allowed);
        if (objection.isPresent()) {
            return stalled("AdoptionNotAllowed", objection.get() + " of Hypervisor " + copy.host());
        }
        if (copy.domain().shape().uefi()) {
            return stalled(
                    "AdoptionMismatch",
                    "domain " + domainName() + " on " + copy.host()
                            + " boots from UEFI, and the variables of its firmware cannot be taken over yet");
        }
        return mismatch(copy).flatMap(difference -> stalled("AdoptionMismatch", difference));
    }

    /** Other disks than the domain has would make another guest of it at its next start. */
    private Optional<String> mismatch(Copy copy) {
        Set<String> has = places(copy.domain().shape());
        Set<String> declared = places(situation.hardware());
        return has.equals(declared)
                ? Optional.empty()
                : Optional.of("spec.disks name " + String.join(", ", declared) + ", and domain " + domainName() + " on "
                        + copy.host() + " has " + (has.isEmpty() ? "none" : String.join(", ", has))
                        + "; perene adopt " + copy.host() + " " + domainName() + " prints a manifest that fits");
    }

    private static Set<String> places(DomainShape shape) {
        return shape.disks().stream()
                .map(DomainShape.Disk::location)
                .filter(place -> !place.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Optional<Decision> stalled(String reason, String message) {
        return Optional.of(verdict(situation).stalled(reason, message).lookAgain(WATCH));
    }

    private static String notListed(Copy copy) {
        return "domain " + copy.domain().name() + " is not within the allowed.adopt of Hypervisor " + copy.host();
    }

    private boolean isPlace(String host) {
        Placement placement = situation.spec().placement();
        return placement == null
                || placement.hosts().isEmpty()
                || placement.hosts().contains(host);
    }

    private String domainName() {
        return situation.spec().adopt() == null ? "" : situation.spec().adopt().domainName();
    }
}
