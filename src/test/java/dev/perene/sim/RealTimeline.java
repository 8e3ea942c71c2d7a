package dev.perene.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The machine's time: the simulated cluster runs by the wall clock, on real threads. */
final class RealTimeline implements Timeline, AutoCloseable {
    private final long origin = System.nanoTime();
    private final ScheduledThreadPoolExecutor world = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("world").factory(), new ScheduledThreadPoolExecutor.DiscardPolicy());

    @Override
    public void after(Duration delay, Runnable event) {
        world.schedule(() -> run(event), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static void run(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException | Error bug) {
            bug.printStackTrace();
        }
    }

    @Override
    public void sleep(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public Duration monotonic() {
        return Duration.ofNanos(System.nanoTime() - origin);
    }

    @Override
    public Instant wallClock() {
        return Instant.now();
    }

    @Override
    public void close() {
        world.shutdownNow();
    }
}
