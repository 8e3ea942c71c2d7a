package dev.perene.vm;

import dev.perene.placement.HostPermission;
import dev.perene.port.CommandProgress;
import dev.perene.port.DomainCommand;
import dev.perene.port.DomainDescription;
import dev.perene.port.DomainShape;
import dev.perene.port.LiveEdit;
import dev.perene.vm.Decision.Step;
import dev.perene.vm.Situation.Copy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides what a running guest needs to be as its VM says: its definition is kept as it should be started next, what can
 * be changed while it runs is changed, and what cannot is told.
 *
 * @param situation what is known
 * @param copy what runs
 */
record Upkeep(Situation situation, Copy copy) {
    /** Somebody who edits a definition again and again is answered once in this time. */
    private static final Duration REPAIRS_APART = Duration.ofSeconds(60);

    private static final Duration WATCH = Duration.ofSeconds(5);

    static Upkeep of(Situation situation, Copy copy) {
        return new Upkeep(situation, copy);
    }

    Decision decide(Verdict verdict) {
        DomainShape wanted = situation.hardware();
        List<Difference> differences =
                Differences.between(situation.spec(), copy.domain().shape(), wanted);
        boolean stale = isStale(wanted);
        if (differences.isEmpty() && !stale) {
            return verdict.running();
        }
        Optional<String> objection = objection();
        if (objection.isPresent()) {
            return verdict.stalled("NotAllowed", objection.get() + "; the guest runs on as it is");
        }
        Optional<Claim> claim = situation.claimOn(copy.host());
        if (claim.isPresent()) {
            return verdict.stalled(Claim.REASON, claim.get() + "; the guest runs on as it is");
        }
        return stale ? define(verdict, differences) : edit(verdict, differences);
    }

    /** What the host's admin does not let it have. */
    private Optional<String> objection() {
        return Optional.ofNullable(situation.allowed().get(copy.host()))
                .flatMap(allowed -> HostPermission.objection(situation.spec(), allowed))
                .map(why -> why + " of Hypervisor " + copy.host());
    }

    /**
     * Whether what would be started next is not what should be. A definition that somebody took our tag from is nobody's, and
     * one of an adopted domain stays as it was until the VM is started by us.
     */
    private boolean isStale(DomainShape wanted) {
        Optional<DomainDescription> definition = copy.domain().details().definition();
        boolean ours = copy.domain().shape().marks().containsKey(Hardware.DEFINITION)
                && definition
                        .map(found -> found.tag().equals(Optional.of(situation.tag())))
                        .orElse(true);
        return ours && !definition.map(DomainDescription::shape).equals(Optional.of(wanted));
    }

    private Decision define(Verdict verdict, List<Difference> differences) {
        DomainCommand command = new DomainCommand.Define(
                situation.domain(),
                situation.definition(copy.host(), copy.domain().name()));
        Decision pending = differences.stream().anyMatch(each -> each.edit().isPresent())
                ? verdict.applying(named(differences))
                : verdict.restartFor(differences).running();
        return switch (situation.progress(copy.host()).orElse(null)) {
            case CommandProgress.InFlight inFlight -> pending.lookAgain(WATCH);
            case CommandProgress.Done(DomainCommand done, Duration at, Duration first)
            when done.equals(command) && at.plus(REPAIRS_APART).compareTo(situation.now()) > 0 ->
                edit(verdict, differences).lookAgain(REPAIRS_APART);
            case CommandProgress.Failed failed
            when failed.command().equals(command) -> {
                Duration pause = Backoff.left(failed, situation.now());
                Decision refused = verdict.restartFor(differences)
                        .stalled(
                                "DefinitionRefused",
                                "libvirt on " + copy.host() + " refuses the definition of its next start, so the guest"
                                        + " runs on as it is: " + failed.why());
                yield pause.isPositive()
                        ? refused.lookAgain(pause)
                        : refused.step(new Step(copy.host(), command)).lookAgain(WATCH);
            }
            case null, default ->
                pending.because("its definition on " + copy.host() + " is not what would be started next")
                        .step(new Step(copy.host(), command))
                        .lookAgain(WATCH);
        };
    }

    private Decision edit(Verdict verdict, List<Difference> differences) {
        List<LiveEdit> edits =
                differences.stream().flatMap(each -> each.edit().stream()).toList();
        DomainCommand command = new DomainCommand.Edit(situation.domain(), edits);
        Optional<CommandProgress> progress = situation.progress(copy.host());
        if (progress.orElse(null) instanceof CommandProgress.InFlight) {
            return verdict.applying(named(differences)).lookAgain(WATCH);
        }
        boolean done =
                progress.orElse(null) instanceof CommandProgress.Done(DomainCommand last, Duration at, Duration first)
                        && last.equals(command);
        Optional<CommandProgress.Failed> failed = progress.filter(CommandProgress.Failed.class::isInstance)
                .map(CommandProgress.Failed.class::cast)
                .filter(last -> last.command().equals(command));
        if (!edits.isEmpty() && !done && failed.isEmpty()) {
            return verdict.applying(named(differences))
                    .step(new Step(copy.host(), command))
                    .lookAgain(WATCH);
        }
        // The guest's driver gives and takes memory when it can; a restart would not make it.
        List<Difference> left = differences.stream()
                .filter(each -> !(done && each.edit().orElse(null) instanceof LiveEdit.Memory))
                .toList();
        Verdict listed = verdict.restartFor(left);
        return failed.map(refused ->
                        listed.running("libvirt on " + copy.host() + " refused to change them now: " + refused.why()))
                .orElseGet(listed::running);
    }

    private static String named(List<Difference> differences) {
        return differences.stream()
                .filter(each -> each.edit().isPresent())
                .map(Difference::toString)
                .collect(Collectors.joining(", "));
    }
}
