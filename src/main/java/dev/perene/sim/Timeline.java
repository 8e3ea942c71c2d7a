package dev.perene.sim;

import dev.perene.port.TimeSource;
import java.time.Duration;

/** Time that passes for a part of the simulation: the world, or one process, which may be paused or killed. */
public interface Timeline extends TimeSource {

    /** Has something happen after a delay; events of one moment happen in the order in which they were asked for. */
    void after(Duration delay, Runnable event);

    /** Holds up the caller and nobody else. */
    void sleep(Duration duration);

    /**
     * Says that the caller is about to leave its process or has just come back: a place where a crash can be ordered.
     *
     * @param call what it calls
     */
    default void crossing(String call) {}
}
