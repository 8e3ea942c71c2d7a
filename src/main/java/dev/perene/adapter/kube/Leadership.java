package dev.perene.adapter.kube;

import dev.perene.port.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The gate before every write and every command: open while this operator knows that it leads. It is closed when that is
 * unknown: leadership ends by itself, without anybody calling here, when it was not renewed in time. It is only a hint
 * and never makes anything safe: a process that is stopped between the question and the act acts late, and is then
 * refused by the condition of its write (R1). Safe for use by several threads.
 */
public final class Leadership {
    private static final Duration FOR_EVER = Duration.ofDays(100_000);

    private final TimeSource time;
    private final Duration keeps;
    private final CopyOnWriteArrayList<Runnable> beginnings = new CopyOnWriteArrayList<>();
    private Optional<Duration> until = Optional.empty();
    private boolean drained;
    private int acting;

    /**
     * What is done by the leader only.
     *
     * @param <T> its result
     * @param <E> what it throws
     */
    @FunctionalInterface
    public interface Act<T, E extends Exception> {
        /** Does it. */
        T now() throws E;
    }

    private Leadership(TimeSource time, Duration keeps) {
        this.time = time;
        this.keeps = keeps;
    }

    /**
     * Of one among several.
     *
     * @param keeps how long a renewal lets it act, from when the renewal was asked for; shorter than it takes others to
     *     regard the Lease as expired
     */
    public static Leadership elected(TimeSource time, Duration keeps) {
        return new Leadership(time, keeps);
    }

    /** Of an operator that is alone by declaration: it leads from the beginning until it stops. */
    public static Leadership sole(TimeSource time) {
        Leadership sole = new Leadership(time, FOR_EVER);
        sole.renewed(time.monotonic());
        return sole;
    }

    /** Whether this operator may act now. */
    public synchronized boolean leads() {
        return !drained
                && until.filter(end -> time.monotonic().compareTo(end) < 0).isPresent();
    }

    /** Has something called, by the thread that renews, each time that leadership begins. It must return at once. */
    public void onBeginning(Runnable listener) {
        beginnings.add(listener);
    }

    /**
     * Does something if this operator leads.
     *
     * @return its result; empty when it was not done
     */
    public <T, E extends Exception> Optional<T> ifLeading(Act<T, E> act) throws E {
        if (!enter()) {
            return Optional.empty();
        }
        try {
            return Optional.of(act.now());
        } finally {
            leave();
        }
    }

    /**
     * The API server has taken a renewal.
     *
     * @param asked monotonic time before it was sent
     */
    void renewed(Duration asked) {
        boolean begins;
        synchronized (this) {
            boolean before = leads();
            until = Optional.of(asked.plus(keeps));
            begins = !before && leads();
        }
        if (begins) {
            beginnings.forEach(Runnable::run);
        }
    }

    /** Another one leads, or nobody can say. */
    synchronized void lost() {
        until = Optional.empty();
    }

    /**
     * Lets nothing more begin, for good, and waits for what is being done.
     *
     * @param patience for how long
     * @return whether all of it has ended
     */
    public synchronized boolean drain(Duration patience) throws InterruptedException {
        drained = true;
        long deadline = System.nanoTime() + patience.toNanos();
        while (acting > 0) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    private synchronized boolean enter() {
        if (!leads()) {
            return false;
        }
        acting++;
        return true;
    }

    private synchronized void leave() {
        acting--;
        notifyAll();
    }
}
