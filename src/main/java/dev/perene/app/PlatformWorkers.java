package dev.perene.app;

import dev.perene.port.Worker;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Workers that are platform threads: libvirt's errors belong to a thread, so virtual ones will not do. */
public final class PlatformWorkers implements Worker.Source {
    @Override
    public Worker worker(String name) {
        ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name(name).factory(), new ThreadPoolExecutor.DiscardPolicy());
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setRemoveOnCancelPolicy(true);
        return new Worker() {
            @Override
            public void run(Runnable task) {
                thread.execute(reporting(name, task));
            }

            @Override
            public void after(Duration delay, Runnable task) {
                thread.schedule(reporting(name, task), delay.toNanos(), TimeUnit.NANOSECONDS);
            }

            @Override
            public void close() {
                thread.shutdown();
            }
        };
    }

    private static Runnable reporting(String name, Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException bug) {
                System.getLogger(PlatformWorkers.class.getName())
                        .log(System.Logger.Level.ERROR, "a task of " + name + " failed", bug);
            }
        };
    }
}
