package dev.perene.port;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether a host's management address takes TCP connections.
 *
 * @param lastSuccess monotonic time of the last one that did
 * @param misses how many failed since
 * @param why why the last one failed, empty when it did not
 */
public record ManagementProbe(Optional<Duration> lastSuccess, int misses, String why) {
    /** No probe has ended yet. */
    public static final ManagementProbe UNTRIED = new ManagementProbe(Optional.empty(), 0, "");

    /** So many misses in a row mean that the address does not answer. */
    public static final int MISSES_ALLOWED = 2;

    /** Whether the address answers, as far as is known. */
    public boolean answering() {
        return lastSuccess.isPresent() && misses < MISSES_ALLOWED;
    }

    /** Whether enough probes failed to say that the address does not answer. */
    public boolean silent() {
        return misses >= MISSES_ALLOWED;
    }
}
