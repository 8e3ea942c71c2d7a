package dev.perene.port;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * One domain as its host's libvirt reported it.
 *
 * @param uuid libvirt's UUID of the domain
 * @param state what libvirt says it does
 * @param reason libvirt's reason for the state, lower case as {@code virsh domstate --reason} prints it
 * @param details what seldom changes
 * @param asked monotonic time at which libvirt was asked
 */
public record DomainObservation(UUID uuid, DomainState state, String reason, Details details, Duration asked) {

    /**
     * What seldom changes about a domain.
     *
     * @param running what runs, or what ran when the domain was last active
     * @param definition what would be started next; empty for a domain that vanishes when it stops
     * @param learned monotonic time at which libvirt was asked for it
     */
    public record Details(DomainDescription running, Optional<DomainDescription> definition, Duration learned) {}

    /** What it is now: what runs, or what would. */
    public DomainDescription description() {
        return state.active() ? details.running() : details.definition().orElse(details.running());
    }

    /** libvirt's name of the domain. */
    public String name() {
        return description().name();
    }

    /** Whose it is; empty for domains that are not Perene's. */
    public Optional<DomainTag> tag() {
        return description().tag();
    }

    /** What it is made of. */
    public DomainShape shape() {
        return description().shape();
    }

    /** Virtual CPUs. */
    public int cores() {
        return shape().cores();
    }

    /** Memory that it can have without asking anybody, in bytes. */
    public long memoryBytes() {
        return shape().maxMemoryBytes();
    }

    /** The same with the details of another observation, if those were learned later. */
    public DomainObservation withLaterDetails(DomainObservation other) {
        return other.details.learned().compareTo(details.learned()) > 0
                ? new DomainObservation(uuid, state, reason, other.details, asked)
                : this;
    }

    /** The same without the times that change with every look. */
    public DomainObservation timeless() {
        return new DomainObservation(
                uuid,
                state,
                reason,
                new Details(details.running(), details.definition(), Duration.ZERO),
                Duration.ZERO);
    }
}
