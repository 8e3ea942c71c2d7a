package dev.perene.port;

import java.time.Duration;
import java.util.Optional;

/** How the latest command for a domain on a host went. */
public sealed interface CommandProgress {

    /**
     * It was handed over and has not come back.
     *
     * @param command what was asked
     * @param since monotonic time of the hand-over
     * @param earlier the failure of the same kind of command before it, if there was one
     */
    record InFlight(DomainCommand command, Duration since, Optional<Failed> earlier) implements CommandProgress {}

    /**
     * It took effect.
     *
     * @param command what was asked
     * @param at monotonic time of its end
     * @param first monotonic time at which the same kind of command first succeeded in a row
     */
    record Done(DomainCommand command, Duration at, Duration first) implements CommandProgress {}

    /**
     * What was asked for is here.
     *
     * @param command what was asked
     * @param at monotonic time of its end
     * @param content the file; empty when the host has none
     */
    record Fetched(DomainCommand command, Duration at, Optional<FileContent> content) implements CommandProgress {}

    /**
     * It did not take effect, or nobody knows.
     *
     * @param command what was asked
     * @param at monotonic time of its end
     * @param inARow how many commands of this kind failed one after the other, at least 1
     * @param kind what may be done about it
     * @param why libvirt's own words
     */
    record Failed(DomainCommand command, Duration at, int inARow, LibvirtFailure.Kind kind, String why)
            implements CommandProgress {}
}
