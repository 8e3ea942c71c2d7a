package dev.perene.sim;

import dev.perene.port.Worker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/** A queue of tasks of one process, run one after the other; while one is held up, those behind it wait. */
final class SimulatedWorker implements Worker {
    private final SimulatedProcess process;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean busy;
    private boolean closed;

    SimulatedWorker(SimulatedProcess process) {
        this.process = process;
    }

    @Override
    public void run(Runnable task) {
        if (!closed) {
            waiting.add(task);
            beginNext();
        }
    }

    @Override
    public void after(Duration delay, Runnable task) {
        if (!closed) {
            process.after(delay, () -> run(task));
        }
    }

    @Override
    public void close() {
        closed = true;
        waiting.clear();
    }

    private void beginNext() {
        if (!busy && !waiting.isEmpty()) {
            busy = true;
            process.after(Duration.ZERO, this::work);
        }
    }

    private void work() {
        Runnable task = waiting.poll();
        try {
            if (task != null) {
                task.run();
            }
        } finally {
            busy = false;
            beginNext();
        }
    }
}
