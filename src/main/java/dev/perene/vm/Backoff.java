package dev.perene.vm;

import dev.perene.port.CommandProgress;
import java.time.Duration;

/** How long to wait before a command that failed is tried again: 1, 2, 4 … 60 s. */
final class Backoff {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int DOUBLINGS = 6;

    private Backoff() {}

    /** How long to wait until a command that failed may be given again; not positive when it may. */
    static Duration left(CommandProgress.Failed failed, Duration now) {
        return failed.at().plus(after(failed.inARow())).minus(now);
    }

    /** The pause after so many failures in a row, at least one. */
    static Duration after(int failures) {
        Duration doubled = Duration.ofSeconds(1L << Math.min(failures - 1, DOUBLINGS));
        return doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    }
}
