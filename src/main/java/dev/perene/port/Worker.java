package dev.perene.port;

import java.time.Duration;

/** Runs tasks one after the other, never two at once. The real one is a platform thread, the simulator's a queue. */
public interface Worker extends AutoCloseable {

    /** Runs a task as soon as those before it have ended. Ignored after {@link #close}. */
    void run(Runnable task);

    /** Runs a task after a delay. Ignored after {@link #close}. */
    void after(Duration delay, Runnable task);

    /** Drops what has not begun and takes nothing more. What runs is not interrupted. */
    @Override
    void close();

    /** Makes workers. */
    interface Source {
        /** A new worker whose thread has the given name. */
        Worker worker(String name);
    }
}
