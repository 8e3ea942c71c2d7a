package dev.perene.app;

import dev.perene.port.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** The machine's clocks. */
final class SystemTime implements TimeSource {
    private final long origin = System.nanoTime();

    @Override
    public Duration monotonic() {
        return Duration.ofNanos(System.nanoTime() - origin);
    }

    @Override
    public Instant wallClock() {
        return Instant.now();
    }
}
