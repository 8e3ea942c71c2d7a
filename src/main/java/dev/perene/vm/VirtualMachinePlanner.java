package dev.perene.vm;

import static dev.perene.vm.Verdict.verdict;

import dev.perene.api.Violation;
import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.Firmware;
import dev.perene.api.VirtualMachineSpec.RunStrategy;
import dev.perene.placement.HostChoice;
import dev.perene.placement.HostChooser;
import dev.perene.port.CommandProgress;
import dev.perene.port.DomainCommand;
import dev.perene.port.DomainPresence;
import dev.perene.port.FileContent;
import dev.perene.port.HostFile;
import dev.perene.port.HostObservation;
import dev.perene.vm.Decision.Step;
import dev.perene.vm.Situation.Copy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides whether a VM is started, stopped or left alone, and where. It never starts a second copy: a VM may only be
 * started on the host that its status names, and that name changes only when the host it named before has answered that
 * the guest does not run there.
 *
 * <p>In this order:
 *
 * <ol>
 *   <li>Before the host that the status names has been asked once, nothing is decided.
 *   <li>A VM that is to be deleted is stopped and removed.
 *   <li>An invalid spec changes nothing.
 *   <li>A domain that is to become this VM's is looked for and tagged; another's is never touched.
 *   <li>Two running copies are reported, and nothing is done.
 *   <li>A running copy is kept as its spec says as far as it can be while it runs, or stopped if the VM should be down or
 *       be restarted.
 *   <li>While the host that the status names does not answer, nothing is started anywhere.
 *   <li>A VM that should be down is down, and so is one whose guest shut itself down and should only rerun on failure.
 *   <li>One that wants what another VM has waits, and so does one whose name an older domain still runs under.
 *   <li>One that stopped without being asked to is started again at once, then after growing pauses, and not at all when
 *       its policy's attempts are used up.
 *   <li>Otherwise it is started: where it ran last if it still may, else on the host with the most free memory.
 * </ol>
 */
final class VirtualMachinePlanner {
    private static final Duration WATCH = Duration.ofSeconds(5);
    /** libvirt's reasons for a pause that it ends by itself. */
    private static final Set<String> PASSING_PAUSES = Set.of(
            "starting up", "migrating", "saving", "dumping", "creating snapshot", "from snapshot", "shutting down");

    private static final Duration FIRST_LOOK = Duration.ofMillis(500);

    private VirtualMachinePlanner() {}

    static Decision decide(Situation situation) {
        boolean tooEarly = situation
                .recordedHost()
                .flatMap(situation::host)
                .filter(situation::firstLookIsDue)
                .isPresent();
        if (tooEarly) {
            return verdict(situation).undecided().lookAgain(FIRST_LOOK);
        }
        List<Copy> active = situation.activeCopies();
        if (situation.deleting()) {
            return remove(situation, active);
        }
        if (!situation.violations().isEmpty()) {
            return verdict(situation).stalled("InvalidSpec", Violation.describe(situation.violations()));
        }
        if (situation.adopts()) {
            return Adoption.of(situation).decide();
        }
        Optional<Copy> foreign = situation.copies().stream()
                .filter(copy -> !isOurs(situation, copy))
                .findFirst();
        if (foreign.isPresent()) {
            return Adoption.isUnfinished(situation, foreign.get())
                    ? Adoption.of(situation).finish(foreign.get())
                    : verdict(situation)
                            .stalled(
                                    "ForeignDomain",
                                    "domain " + foreign.get().domain().name() + " on "
                                            + foreign.get().host()
                                            + " has this VM's UUID and is not Perene's; undefine or rename it there");
        }
        if (active.size() > 1) {
            return verdict(situation).stalled("TwoCopies", twoCopies(active));
        }
        if (active.size() == 1) {
            return active(situation, active.getFirst());
        }
        Optional<String> silence = situation.recordedHost().flatMap(host -> silence(situation, host));
        if (silence.isPresent()) {
            return verdict(situation).hostUnreachable(silence.get()).lookAgain(WATCH);
        }
        return switch (situation.spec().runStrategy()) {
            case Halted -> verdict(situation).restartCarriedOut().stopped();
            case RerunOnFailure ->
                situation.guestShutItselfDown() && !situation.restartIsDue()
                        ? verdict(situation).completed()
                        : start(situation);
            case Always -> start(situation);
        };
    }

    private static boolean isOurs(Situation situation, Copy copy) {
        return copy.domain()
                .tag()
                .filter(tag -> tag.uid().equals(situation.uid()))
                .isPresent();
    }

    private static Decision active(Situation situation, Copy copy) {
        Optional<String> elsewhere = situation
                .recordedHost()
                .filter(recorded -> !recorded.equals(copy.host()))
                .flatMap(recorded -> silence(situation, recorded));
        if (elsewhere.isPresent()) {
            return verdict(situation)
                    .stalled(
                            "CopyElsewhere",
                            "a copy runs on " + copy.host() + ", and another may run on "
                                    + situation.recordedHost().orElseThrow() + ": " + elsewhere.get());
        }
        Verdict verdict = verdict(situation).on(copy.host());
        if (situation.spec().runStrategy() == RunStrategy.Halted) {
            return Stop.of(situation, copy).decide(verdict, "it should be halted");
        }
        if (situation.restartIsDue() && situation.seed() instanceof SeedSource.Unavailable(String missing)) {
            return verdict.stalled(
                            "CloudInitUnavailable",
                            "it is not restarted, since it could not be started again without its cloud-init data: "
                                    + missing)
                    .lookAgain(WATCH);
        }
        if (situation.restartIsDue()) {
            return Stop.of(situation, copy).decide(verdict, "a restart was asked for");
        }
        return switch (copy.domain().state()) {
            case Running, Blocked, NoState -> running(situation, copy, verdict);
            case Paused ->
                PASSING_PAUSES.contains(copy.domain().reason())
                        ? verdict.waiting(
                                "Starting",
                                "Starting",
                                "libvirt says: " + copy.domain().reason())
                        : verdict.paused(copy);
            case PowerManagementSuspended -> verdict.suspended(copy);
            case ShuttingDown -> verdict.waiting("ShuttingDown", "Stopping", "the guest is shutting down");
            case Crashed ->
                verdict.waiting("Crashed", "Stopping", "the guest crashed; its domain is destroyed and started again")
                        .step(new Step(copy.host(), new DomainCommand.Destroy(situation.domain())));
            case ShutOff -> throw new IllegalStateException("a domain that is shut off is not active");
        };
    }

    /** Earlier restarts are forgotten once, when it has run long enough. */
    private static Decision running(Situation situation, Copy copy, Verdict verdict) {
        Upkeep upkeep = Upkeep.of(situation, copy);
        if (situation.restartsInARow() == 0) {
            return upkeep.decide(verdict);
        }
        Duration reset = Duration.ofSeconds(situation.policy().restart().resetSeconds());
        Duration left = situation.sighting().since().plus(reset).minus(situation.now());
        return left.isPositive()
                ? upkeep.decide(verdict).lookAgainWithin(left)
                : upkeep.decide(verdict.restartsForgotten());
    }

    /** A restart that a person asks for is bound by nothing. */
    private static Decision start(Situation situation) {
        Optional<Claim> claim = situation.claims().stream()
                .filter(each -> each.host().isEmpty())
                .findFirst();
        if (claim.isPresent()) {
            return verdict(situation)
                    .stalled(Claim.REASON, claim.get().toString())
                    .lookAgain(WATCH);
        }
        Optional<Copy> orphan = situation.orphan();
        if (orphan.isPresent()) {
            return verdict(situation)
                    .stalled("OrphanDomain", orphan(orphan.get()))
                    .lookAgain(WATCH);
        }
        Optional<Duration> ended = situation.restartIsDue() ? Optional.empty() : situation.ended();
        if (ended.isEmpty()) {
            return place(situation);
        }
        return switch (RestartBound.of(situation.policy().restart(), situation.restartsInARow(), ended.get())) {
            case RestartBound.AtOnce() -> place(situation);
            case RestartBound.Later(Duration pause, Duration left) ->
                verdict(situation).restartDelayed(pause).lookAgain(left);
            case RestartBound.Exhausted() -> verdict(situation).manualRecoveryRequired();
        };
    }

    private static Decision place(Situation situation) {
        HostChoice choice = HostChooser.choose(situation.spec(), situation.candidates(), situation.recordedHost());
        return switch (choice) {
            case HostChoice.Nowhere nowhere ->
                situation.hosts().stream().anyMatch(situation::firstLookIsDue)
                        ? verdict(situation).undecided().lookAgain(FIRST_LOOK)
                        : verdict(situation).noHost(nowhere.sentence()).lookAgain(WATCH);
            case HostChoice.Chosen(String host, String why) -> {
                yield Move.of(situation, host).decide().orElseGet(() -> startOn(situation, host, why));
            }
        };
    }

    private static String orphan(Copy orphan) {
        return "domain " + orphan.domain().name() + " runs on " + orphan.host()
                + " for an earlier VirtualMachine of this name, whose UID was "
                + orphan.domain().tag().map(tag -> tag.uid().toString()).orElse("") + "; stop it with: virsh destroy "
                + orphan.domain().uuid()
                + "; or declare this one anew with adopt.domainName, which keeps it running";
    }

    private static Decision startOn(Situation situation, String host, String why) {
        Optional<Claim> claim = situation.claimOn(host);
        if (claim.isPresent()) {
            return verdict(situation)
                    .stalled(Claim.REASON, claim.get().toString())
                    .lookAgain(WATCH);
        }
        boolean underWay = situation.progress(host).orElse(null) instanceof CommandProgress.InFlight;
        if (!underWay && situation.seed() instanceof SeedSource.Unavailable(String missing)) {
            return verdict(situation).seedUnavailable(missing).lookAgain(WATCH);
        }
        Verdict verdict = verdict(situation).on(host);
        return switch (situation.progress(host).orElse(null)) {
            case CommandProgress.InFlight inFlight ->
                inFlight.earlier()
                        .map(verdict::startFailed)
                        .orElseGet(() -> verdict.startUnderWay("being started on " + host + ": " + why))
                        .lookAgain(WATCH);
            case CommandProgress.Failed failed
            when failed.command() instanceof DomainCommand.Start
                    && situation.ended().isEmpty() -> {
                Duration pause = Backoff.left(failed, situation.now());
                yield pause.isPositive()
                        ? verdict.startFailed(failed).lookAgain(pause)
                        : verdict.startFailed(failed)
                                .step(startStep(situation, host))
                                .lookAgain(WATCH);
            }
            case CommandProgress.Failed ignored -> begin(situation, verdict, host, why);
            case CommandProgress.Done ignored -> begin(situation, verdict, host, why);
            case CommandProgress.Fetched ignored -> begin(situation, verdict, host, why);
            case null -> begin(situation, verdict, host, why);
        };
    }

    private static Decision begin(Situation situation, Verdict verdict, String host, String why) {
        return (situation.restartIsDue() ? verdict.restartCarriedOut() : verdict.counted())
                .starting("started on " + host + ": " + why)
                .step(startStep(situation, host))
                .lookAgain(WATCH);
    }

    private static Step startStep(Situation situation, String host) {
        return new Step(
                host,
                new DomainCommand.Start(
                        situation.domain(),
                        situation.definition(host, situation.domainName(host)),
                        files(situation),
                        situation.spec().firmware() == Firmware.UEFI));
    }

    private static Map<HostFile, FileContent> files(Situation situation) {
        return situation.seed() instanceof SeedSource.Available(SeedContent content)
                ? Map.of(
                        new HostFile(situation.domain(), HostFile.Kind.Seed),
                        content.image(situation.uid(), situation.name()))
                : Map.of();
    }

    private static Decision remove(Situation situation, List<Copy> active) {
        List<Copy> ours = situation.copies().stream()
                .filter(copy -> isOurs(situation, copy))
                .toList();
        Optional<Copy> running = ours.stream().filter(Copy::active).findFirst();
        if (situation.onDelete().isPresent() && !ours.isEmpty()) {
            return Adoption.of(situation).release(ours.getFirst());
        }
        if (running.isPresent()) {
            return Stop.of(situation, running.get()).decide(verdict(situation).whileTerminating(), "it is deleted");
        }
        Optional<String> silence = situation
                .recordedHost()
                .filter(host -> situation.host(host).isPresent())
                .flatMap(host -> silence(situation, host));
        if (silence.isPresent()) {
            return verdict(situation)
                    .whileTerminating()
                    .hostUnreachable("waiting to remove its domain: " + silence.get())
                    .lookAgain(WATCH);
        }
        if (!ours.isEmpty()) {
            return verdict(situation)
                    .whileTerminating()
                    .waiting("Deleting", "Terminating", "its domain is undefined")
                    .steps(ours.stream().flatMap(copy -> undefine(situation, copy.host())))
                    .lookAgain(WATCH);
        }
        Optional<String> filesMayBeOn = situation
                .recordedHost()
                .filter(host -> situation.host(host).isPresent() && keepsFiles(situation.spec()))
                .filter(host -> situation.copies().isEmpty() && !undefined(situation, host));
        return filesMayBeOn
                .map(host -> verdict(situation)
                        .whileTerminating()
                        .waiting("Deleting", "Terminating", "its files are removed")
                        .steps(undefine(situation, host))
                        .lookAgain(WATCH))
                .orElseGet(() -> verdict(situation).whileTerminating().released());
    }

    /** Whether files of it may be on a host where it was never defined: a start may have been cut short before that. */
    private static boolean keepsFiles(VirtualMachineSpec spec) {
        return spec.cloudInit() != null || spec.firmware() == Firmware.UEFI;
    }

    private static boolean undefined(Situation situation, String host) {
        return situation.progress(host).orElse(null) instanceof CommandProgress.Done done
                && done.command() instanceof DomainCommand.Undefine;
    }

    /** Removes a definition, unless a command for the domain is under way there. */
    static Stream<Step> undefine(Situation situation, String host) {
        return situation.progress(host).orElse(null) instanceof CommandProgress.InFlight
                ? Stream.empty()
                : Stream.of(new Step(host, new DomainCommand.Undefine(situation.domain())));
    }

    /** Why a host cannot say whether the guest runs there; empty when it can. */
    private static Optional<String> silence(Situation situation, String host) {
        Optional<HostObservation> picture = situation.host(host);
        if (picture.isEmpty()) {
            return Optional.of("Hypervisor " + host + ", where it may be running, is not declared; declare it again");
        }
        return picture.get().presence(situation.domain(), situation.now()) instanceof DomainPresence.Unknown(String why)
                ? Optional.of(why)
                : Optional.empty();
    }

    private static String twoCopies(List<Copy> active) {
        return "it runs on "
                + active.stream().map(Copy::host).collect(Collectors.joining(" and "))
                + "; stop the wrong one with: virsh destroy "
                + active.getFirst().domain().uuid();
    }
}
