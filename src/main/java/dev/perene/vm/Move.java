package dev.perene.vm;

import static dev.perene.vm.Verdict.verdict;

import dev.perene.api.VirtualMachineSpec.Firmware;
import dev.perene.port.CommandProgress;
import dev.perene.port.DomainCommand;
import dev.perene.port.FileContent;
import dev.perene.vm.Decision.Step;
import dev.perene.vm.Situation.Copy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides how a VM that is down leaves the hosts where it is defined, before it is started on another one: its
 * definition is taken away, so that nothing starts it there.
 *
 * <p>The variables of a UEFI firmware go with it. They are where a definition is, whole or absent, and of several
 * definitions that on the host which the status names has the ones that count:
 *
 * <ol>
 *   <li>they are read on the old host,
 *   <li>written on the new host, with a definition beside them,
 *   <li>then the status names the new host, so that it is waited for from now on, and the old definition is removed,
 *       and the old variables with it.
 * </ol>
 *
 * <p>Nothing of this is remembered but in the progress of commands: after a crash it begins anew, and every step may be
 * repeated.
 *
 * @param situation what is known; no copy is active
 * @param to the host where it is to be started
 */
record Move(Situation situation, String to) {
    private static final Duration WATCH = Duration.ofSeconds(5);
    /** Variables that were read longer ago are read again: somebody else may have started the guest since. */
    private static final Duration KEEPS = Duration.ofSeconds(30);

    static Move of(Situation situation, String to) {
        return new Move(situation, to);
    }

    /** The next step; empty when nothing is left behind and the VM may be started. */
    Optional<Decision> decide() {
        if (situation.spec().firmware() != Firmware.UEFI) {
            return situation
                    .recordedHost()
                    .filter(recorded -> !recorded.equals(to) && isDefinedOn(recorded))
                    .map(this::leave);
        }
        List<String> others = defined().filter(host -> !host.equals(to)).toList();
        return others.isEmpty() ? Optional.empty() : Optional.of(carry(others));
    }

    private Decision carry(List<String> others) {
        Optional<Decision> waiting =
                others.stream().flatMap(host -> whileUndefining(host).stream()).findFirst();
        if (waiting.isPresent()) {
            return waiting.get();
        }
        for (String host : inOrderOfAuthority()) {
            if (!(situation.progress(host).orElse(null) instanceof CommandProgress.Fetched fetched) || isOld(fetched)) {
                return carrying(
                        "the variables of its firmware on " + host + " are read before it is started on " + to,
                        host,
                        new DomainCommand.FetchVariables(situation.domain()));
            }
            if (fetched.content().isPresent()) {
                return host.equals(to) || isPlacedSince(fetched)
                        ? leaveLast(host, others)
                        : place(host, fetched.content().get());
            }
        }
        return leave(others.getFirst());
    }

    /** A definition is being removed, or libvirt refused that a moment ago. */
    private Optional<Decision> whileUndefining(String host) {
        CommandProgress progress = situation.progress(host).orElse(null);
        if (progress instanceof CommandProgress.InFlight inFlight
                && inFlight.command() instanceof DomainCommand.Undefine) {
            return Optional.of(leave(host));
        }
        return progress instanceof CommandProgress.Failed failed
                        && failed.command() instanceof DomainCommand.Undefine
                        && Backoff.left(failed, situation.now()).isPositive()
                ? Optional.of(moving(refused("it is to be started on " + to, host, failed))
                        .lookAgain(Backoff.left(failed, situation.now())))
                : Optional.empty();
    }

    private Stream<String> defined() {
        return situation.copies().stream().map(Copy::host);
    }

    private boolean isDefinedOn(String host) {
        return defined().anyMatch(host::equals);
    }

    private List<String> inOrderOfAuthority() {
        return Stream.concat(situation.recordedHost().filter(this::isDefinedOn).stream(), defined())
                .distinct()
                .toList();
    }

    private boolean isOld(CommandProgress.Fetched fetched) {
        return situation.now().minus(fetched.at()).compareTo(KEEPS) > 0;
    }

    private boolean isPlacedSince(CommandProgress.Fetched fetched) {
        return isDefinedOn(to)
                && situation.progress(to).orElse(null) instanceof CommandProgress.Done done
                && done.command() instanceof DomainCommand.Place
                && done.at().compareTo(fetched.at()) >= 0;
    }

    private Decision place(String from, FileContent variables) {
        return carrying(
                "the variables of its firmware are carried from " + from + " to " + to,
                to,
                new DomainCommand.Place(
                        situation.domain(),
                        situation.definition(to, situation.domainName(to)),
                        Optional.of(variables)));
    }

    /** Where the variables came from is left last, and not before the status names the host that has them now. */
    private Decision leaveLast(String source, List<String> others) {
        return others.stream()
                .filter(host -> !host.equals(source))
                .findFirst()
                .map(this::leave)
                .orElseGet(() -> leave(verdict(situation).on(to), source));
    }

    private Decision leave(String from) {
        return leave(verdict(situation), from);
    }

    private Decision leave(Verdict verdict, String from) {
        return verdict.waiting("Moving", "Starting", "it is undefined on " + from + " before it is started on " + to)
                .steps(VirtualMachinePlanner.undefine(situation, from))
                .lookAgain(WATCH);
    }

    private Decision carrying(String what, String host, DomainCommand command) {
        CommandProgress progress = situation.progress(host).orElse(null);
        if (progress instanceof CommandProgress.InFlight inFlight) {
            return moving(inFlight.earlier()
                            .map(failed -> refused(what, host, failed))
                            .orElse(what))
                    .lookAgain(WATCH);
        }
        if (progress instanceof CommandProgress.Failed failed
                && failed.command().getClass() == command.getClass()) {
            Decision decision = moving(refused(what, host, failed));
            Duration pause = Backoff.left(failed, situation.now());
            return pause.isPositive()
                    ? decision.lookAgain(pause)
                    : decision.step(new Step(host, command)).lookAgain(WATCH);
        }
        return moving(what).step(new Step(host, command)).lookAgain(WATCH);
    }

    private static String refused(String what, String host, CommandProgress.Failed failed) {
        return what + "; libvirt on " + host + " refused, try " + failed.inARow() + ": " + failed.why();
    }

    private Decision moving(String message) {
        return verdict(situation).waiting("Moving", "Starting", message);
    }
}
