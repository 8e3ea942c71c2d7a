package dev.perene.vm;

import dev.perene.port.CommandProgress;
import dev.perene.port.DomainCommand;
import dev.perene.vm.Decision.Step;
import dev.perene.vm.Situation.Copy;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides how a running copy is brought down: the guest is asked, asked again in case it was still booting, and ended
 * when its time is over.
 *
 * @param situation what is known
 * @param copy what runs
 */
record Stop(Situation situation, Copy copy) {
    private static final Duration ASK_AGAIN = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(2);

    static Stop of(Situation situation, Copy copy) {
        return new Stop(situation, copy);
    }

    /** The next step, with the verdict that goes with it. */
    Decision decide(Verdict verdict, String because) {
        Duration allowed = Duration.ofSeconds(situation.spec().shutdownSeconds());
        Optional<CommandProgress> progress = situation.progress(copy.host());
        if (progress.orElse(null) instanceof CommandProgress.InFlight) {
            return verdict.stopUnderWay("being stopped, because " + because).lookAgain(RETRY);
        }
        if (allowed.isZero() || !canBeAsked()) {
            return end(verdict, because);
        }
        if (!(progress.orElse(null)
                instanceof CommandProgress.Done(DomainCommand.Shutdown asked, Duration at, Duration first))) {
            return progress.orElse(null) instanceof CommandProgress.Failed failed
                            && failed.command() instanceof DomainCommand.Shutdown
                            && failed.inARow() > 2
                    ? end(verdict, because + ", and libvirt could not ask the guest: " + failed.why())
                    : ask(verdict, because, allowed);
        }
        Duration left = first.plus(allowed).minus(situation.now());
        if (!left.isPositive()) {
            return end(verdict, because + ", and the guest did not shut down within " + allowed.toSeconds() + " s");
        }
        Duration untilAsked = at.plus(ASK_AGAIN).minus(situation.now());
        return untilAsked.isPositive()
                ? verdict.stopping("shutting down, because " + because)
                        .lookAgain(left.compareTo(untilAsked) < 0 ? left : untilAsked)
                : ask(verdict, because, allowed);
    }

    private Decision ask(Verdict verdict, String because, Duration allowed) {
        return verdict.stopping("shutting down, because " + because)
                .step(new Step(copy.host(), new DomainCommand.Shutdown(situation.domain())))
                .lookAgain(allowed.compareTo(RETRY) < 0 ? allowed : RETRY);
    }

    private Decision end(Verdict verdict, String because) {
        return verdict.stopping("destroyed, because " + because)
                .step(new Step(copy.host(), new DomainCommand.Destroy(situation.domain())))
                .lookAgain(RETRY);
    }

    private boolean canBeAsked() {
        return switch (copy.domain().state()) {
            case Running, Blocked, NoState, ShuttingDown -> true;
            case Paused, Crashed, PowerManagementSuspended, ShutOff -> false;
        };
    }
}
