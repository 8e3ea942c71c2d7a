package dev.perene.sim;

import dev.perene.port.Worker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Many workers on a bounded pool of threads, as the operator SDK reconciles many objects on 50. */
final class PooledWorkers implements Worker.Source, AutoCloseable {
    private final ExecutorService threads = Executors.newFixedThreadPool(
            50, Thread.ofPlatform().daemon().name("reconcile-", 0).factory());
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("timers").factory());

    @Override
    public Worker worker(String name) {
        return new Pooled();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        timers.shutdownNow();
    }

    private final class Pooled implements Worker {
        private final Queue<Runnable> waiting = new ArrayDeque<>();
        private boolean busy;

        @Override
        public synchronized void run(Runnable task) {
            waiting.add(task);
            if (!busy && !threads.isShutdown()) {
                busy = true;
                threads.execute(this::work);
            }
        }

        @Override
        public void after(Duration delay, Runnable task) {
            if (!timers.isShutdown()) {
                timers.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public synchronized void close() {
            waiting.clear();
        }

        private void work() {
            Runnable task;
            synchronized (this) {
                task = waiting.poll();
            }
            try {
                if (task != null) {
                    task.run();
                }
            } finally {
                synchronized (this) {
                    busy = !waiting.isEmpty() && !threads.isShutdown();
                    if (busy) {
                        threads.execute(this::work);
                    }
                }
            }
        }
    }
}
