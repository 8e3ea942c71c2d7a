package dev.perene.vm;

import dev.perene.api.Condition.ConditionStatus;
import dev.perene.port.DomainObservation;
import dev.perene.port.DomainPresence;
import dev.perene.port.HostObservation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What this process has seen of a guest with its own eyes, and since when without a break. A new leader begins anew.
 *
 * @param runs True: it runs; False: it is down; Unknown: neither, or nobody can say
 * @param since monotonic time from which on it saw that
 * @param startDecided monotonic time at which it decided on the last start; empty when another process did, so that it
 *     does not know what became of it
 */
record Sighting(ConditionStatus runs, Duration since, Optional<Duration> startDecided) {

    /**
     * What the pictures of hosts show of a guest.
     *
     * @param recorded the host that may run it
     */
    static ConditionStatus look(UUID uid, Optional<String> recorded, List<HostObservation> hosts, Duration now) {
        List<DomainObservation> domains = hosts.stream()
                .flatMap(host -> host.presence(uid, now) instanceof DomainPresence.Present(DomainObservation domain)
                        ? Optional.of(domain).stream()
                        : Optional.<DomainObservation>empty().stream())
                .filter(domain -> domain.state().active())
                .toList();
        if (!domains.isEmpty()) {
            return domains.stream().allMatch(Sighting::runs) ? ConditionStatus.True : ConditionStatus.Unknown;
        }
        boolean answered = recorded.stream().allMatch(name -> hosts.stream()
                .anyMatch(host ->
                        host.name().equals(name) && !(host.presence(uid, now) instanceof DomainPresence.Unknown)));
        return answered ? ConditionStatus.False : ConditionStatus.Unknown;
    }

    /** What is known after another look. */
    Sighting then(ConditionStatus next, Duration now) {
        return next == runs ? this : new Sighting(next, now, startDecided);
    }

    /** The same after a start was decided on here. */
    Sighting started(Duration now) {
        return new Sighting(runs, since, Optional.of(now));
    }

    private static boolean runs(DomainObservation domain) {
        return switch (domain.state()) {
            case Running, Blocked, NoState -> true;
            case Paused, ShuttingDown, ShutOff, Crashed, PowerManagementSuspended -> false;
        };
    }
}
