package dev.perene.vm;

import dev.perene.api.VirtualMachineStatus;
import dev.perene.port.DomainCommand;
import dev.perene.port.ObjectStore.Announcement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What happens to a VM next.
 *
 * @param status its next status; written before anything is done
 * @param steps what hosts are told
 * @param announcement what people are told, once the status is written
 * @param reason why, in a sentence
 * @param lookAgain when to look again if nothing happens before
 * @param released whether nothing is left on hosts, so that the object may go
 */
record Decision(
        VirtualMachineStatus status,
        List<Step> steps,
        Optional<Announcement> announcement,
        String reason,
        Optional<Duration> lookAgain,
        boolean released) {

    Decision {
        steps = List.copyOf(steps);
    }

    /** The same with one step more. */
    Decision step(Step step) {
        return steps(Stream.of(step));
    }

    /** The same with more steps. */
    Decision steps(Stream<Step> more) {
        return new Decision(
                status, Stream.concat(steps.stream(), more).toList(), announcement, reason, lookAgain, released);
    }

    /** The same, to be looked at again after a while. */
    Decision lookAgain(Duration after) {
        return new Decision(status, steps, announcement, reason, Optional.of(after), released);
    }

    /** The same, to be looked at again after a while or sooner. */
    Decision lookAgainWithin(Duration most) {
        return lookAgain.filter(sooner -> sooner.compareTo(most) < 0).isPresent() ? this : lookAgain(most);
    }

    /** The same for another reason. */
    Decision because(String other) {
        return new Decision(status, steps, announcement, other, lookAgain, released);
    }

    /** Whether a step lets a guest run, so that the status has to be written first, changed or not. */
    boolean starts() {
        return steps.stream().anyMatch(step -> step.command() instanceof DomainCommand.Start);
    }

    /**
     * One command for one host.
     *
     * @param host name of the Hypervisor
     * @param command what it is told
     */
    record Step(String host, DomainCommand command) {}
}
