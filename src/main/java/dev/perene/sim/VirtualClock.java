package dev.perene.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when it is told to, and the queue of all that will happen. Whatever happens, happens one thing at
 * a time: threads exist only so that a task can be held up in the middle while others go on, and they hand over to each
 * other. It never reads the machine's clock.
 */
public final class VirtualClock implements Timeline, AutoCloseable {
    private static final Instant WALL_CLOCK_BEGINS = Instant.parse("2026-01-01T00:00:00Z");

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparing(Event::at).thenComparing(Event::order));
    private final Deque<Semaphore> idle = new ArrayDeque<>();
    private final Set<Thread> runners = ConcurrentHashMap.newKeySet();
    private final Set<Sleeper> sleepers = new HashSet<>();
    private final Semaphore reached = new Semaphore(0);

    private Duration now = Duration.ZERO;
    private Duration deadline = Duration.ZERO;
    private long order;
    private boolean closed;
    private @Nullable Throwable failure;

    private record Event(Duration at, long order, Runnable task) {}

    /** A task that is held up in the middle. */
    static final class Sleeper {
        private final Semaphore turn = new Semaphore(0);
        private boolean killed;
    }

    @Override
    public Duration monotonic() {
        return now;
    }

    @Override
    public Instant wallClock() {
        return WALL_CLOCK_BEGINS.plus(now);
    }

    @Override
    public void after(Duration delay, Runnable event) {
        events.add(new Event(now.plus(delay.isNegative() ? Duration.ZERO : delay), order++, event));
    }

    /** Lets time pass. What a task throws is thrown here. */
    public void runFor(Duration duration) {
        deadline = now.plus(duration);
        passOn();
        reached.acquireUninterruptibly();
        Throwable thrown = failure;
        failure = null;
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
    }

    @Override
    public void sleep(Duration duration) {
        Sleeper sleeper = new Sleeper();
        after(duration, () -> wake(sleeper));
        await(sleeper);
    }

    /** Holds up the calling task until somebody wakes it. A thread from outside lets time pass instead. */
    void await(Sleeper sleeper) {
        if (!runners.contains(Thread.currentThread())) {
            while (!sleeper.turn.tryAcquire()) {
                runFor(Duration.ofMillis(1));
            }
            return;
        }
        sleepers.add(sleeper);
        passOn();
        sleeper.turn.acquireUninterruptibly();
        if (sleeper.killed) {
            throw new ProcessKilled();
        }
    }

    /** Lets a held-up task go on at once; the caller goes on when that one ends or is held up again. */
    void wake(Sleeper sleeper) {
        if (!sleepers.remove(sleeper)) {
            sleeper.turn.release();
            return;
        }
        Semaphore turn = new Semaphore(0);
        idle.push(turn);
        sleeper.turn.release();
        turn.acquireUninterruptibly();
        if (closed) {
            throw new ProcessKilled();
        }
    }

    /** Has a held-up task unwind. */
    void kill(Sleeper sleeper) {
        sleeper.killed = true;
        after(Duration.ZERO, () -> {
            if (sleepers.contains(sleeper)) {
                wake(sleeper);
            }
        });
    }

    /** Ends all threads. Nothing happens any more. */
    @Override
    public void close() {
        closed = true;
        sleepers.forEach(sleeper -> sleeper.killed = true);
        sleepers.forEach(sleeper -> sleeper.turn.release());
        idle.forEach(Semaphore::release);
    }

    private void passOn() {
        Semaphore next = idle.poll();
        if (next != null) {
            next.release();
        } else {
            Thread.ofPlatform().daemon().name("virtual-clock").start(this::run);
        }
    }

    private void run() {
        runners.add(Thread.currentThread());
        try {
            while (!closed) {
                Event next = events.peek();
                if (failure != null || next == null || next.at().compareTo(deadline) > 0) {
                    rest();
                } else {
                    events.remove();
                    happen(next);
                }
            }
        } catch (ProcessKilled ended) {
            // The clock was closed.
        } finally {
            runners.remove(Thread.currentThread());
        }
    }

    private void rest() {
        now = deadline.compareTo(now) > 0 && failure == null ? deadline : now;
        Semaphore turn = new Semaphore(0);
        idle.push(turn);
        reached.release();
        turn.acquireUninterruptibly();
    }

    private void happen(Event event) {
        now = event.at().compareTo(now) > 0 ? event.at() : now;
        try {
            event.task().run();
        } catch (ProcessKilled killed) {
            // Its process is gone, and with it all that it was doing.
        } catch (RuntimeException | Error thrown) {
            failure = thrown;
        }
    }
}
