package dev.perene.port;

import java.time.Duration;
import java.time.Instant;

/** The two kinds of time. Safe for use by several threads. */
public interface TimeSource {

    /** Monotonic time since some moment; what decisions and ages are computed from. */
    Duration monotonic();

    /** Wall-clock time, for people to read only. */
    Instant wallClock();
}
