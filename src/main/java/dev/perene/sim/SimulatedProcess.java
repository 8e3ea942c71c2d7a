package dev.perene.sim;

import dev.perene.port.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A process that runs an operator: its workers and timers live and end with it, it can be stopped for a while (SIGSTOP)
 * and killed at any call that leaves it. Its monotonic clock begins somewhere else than that of other processes.
 */
public final class SimulatedProcess implements Timeline, Worker.Source {
    private final String name;
    private final VirtualClock clock;
    private final Duration origin;
    private final Set<VirtualClock.Sleeper> sleepers = new LinkedHashSet<>();
    private final List<Runnable> held = new ArrayList<>();
    private final Map<String, Integer> crossingsByCall = new HashMap<>();
    private boolean paused;
    private boolean dead;
    private volatile String lastCall = "";
    private int crossings;
    private int crashAt;

    /**
     * A process.
     *
     * @param name for people
     * @param clock the time that passes for it
     * @param origin what its monotonic clock shows at the beginning of time
     */
    public SimulatedProcess(String name, VirtualClock clock, Duration origin) {
        this.name = name;
        this.clock = clock;
        this.origin = origin;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Whether it was killed. */
    public boolean dead() {
        return dead;
    }

    /** How many places there were so far where a crash could have been ordered. */
    public int crossings() {
        return crossings;
    }

    /** Orders a crash at the n-th such place, counted from 1. */
    public void crashAt(int crossing) {
        crashAt = crossing;
    }

    /** SIGSTOP. */
    public void pause() {
        paused = true;
    }

    /** SIGCONT: what should have happened meanwhile happens now. */
    public void resume() {
        paused = false;
        List<Runnable> due = List.copyOf(held);
        held.clear();
        due.forEach(task -> after(Duration.ZERO, task));
    }

    /** SIGKILL. */
    public void kill() {
        if (!dead) {
            dead = true;
            sleepers.forEach(clock::kill);
            held.clear();
        }
    }

    @Override
    public void crossing(String call) {
        if (dead) {
            throw new ProcessKilled();
        }
        crossings++;
        crossingsByCall.merge(call, 1, Integer::sum);
        if (crossings == crashAt || call.equals(lastCall)) {
            kill();
            throw new ProcessKilled();
        }
    }

    /** SIGKILL when it next makes a call of this name. */
    public void killAt(String call) {
        lastCall = call;
    }

    /** How often each call was crossed, for people who look for gaps. */
    public Map<String, Integer> crossingsByCall() {
        return Map.copyOf(crossingsByCall);
    }

    @Override
    public Duration monotonic() {
        return origin.plus(clock.monotonic());
    }

    @Override
    public Instant wallClock() {
        return clock.wallClock();
    }

    @Override
    public void after(Duration delay, Runnable event) {
        clock.after(delay, () -> happen(event));
    }

    @Override
    public void sleep(Duration duration) {
        if (dead) {
            throw new ProcessKilled();
        }
        VirtualClock.Sleeper sleeper = new VirtualClock.Sleeper();
        sleepers.add(sleeper);
        after(duration, () -> clock.wake(sleeper));
        try {
            clock.await(sleeper);
        } finally {
            sleepers.remove(sleeper);
        }
    }

    @Override
    public Worker worker(String workerName) {
        return new SimulatedWorker(this);
    }

    private void happen(Runnable event) {
        if (paused && !dead) {
            held.add(event);
        } else if (!dead) {
            event.run();
        }
    }
}
