package dev.perene.sim;

import dev.perene.port.Journal;
import dev.perene.port.ObjectReconciler;
import dev.perene.port.Worker;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls a reconciler as the operator SDK does: never twice at once for one object; news that come while it looks make it
 * look again at once; an answer "look again in" counts only when no news came; an exception is retried after 0.5, 1, 2 …
 * 30 s.
 *
 * @param <R> the kind
 */
final class ReconcileLoop<R extends HasMetadata> {
    private static final Duration AT_ONCE = Duration.ofMillis(1);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

    private final ObjectReconciler<R> reconciler;
    private final Worker.Source workers;
    private final StoreClient store;
    private final Function<String, Optional<R>> cache;
    private final Journal journal;
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    ReconcileLoop(
            ObjectReconciler<R> reconciler,
            Worker.Source workers,
            StoreClient store,
            Function<String, Optional<R>> cache,
            Journal journal) {
        this.reconciler = reconciler;
        this.workers = workers;
        this.store = store;
        this.cache = cache;
        this.journal = journal;
    }

    /** Something may have changed about an object. */
    void lookAt(R object) {
        if (!stopped) {
            slots.computeIfAbsent(SimulatedStore.name(object), Slot::new).news(null);
        }
    }

    /** An object is gone. */
    void gone(R object) {
        if (!stopped) {
            slots.computeIfAbsent(SimulatedStore.name(object), Slot::new).news(object);
        }
    }

    void stop() {
        stopped = true;
    }

    /** What is known of one object between two looks. */
    private final class Slot {
        private final String name;
        private final Worker worker;
        private boolean busy;
        private boolean news;
        private @Nullable R gone;
        private Duration retry = FIRST_RETRY;
        private long timer;

        Slot(String name) {
            this.name = name;
            this.worker = workers.worker("reconcile-" + name);
        }

        synchronized void news(@Nullable R goneObject) {
            news = true;
            if (goneObject != null) {
                gone = goneObject;
            }
            if (!busy) {
                busy = true;
                worker.run(this::look);
            }
        }

        private void look() {
            R deleted;
            synchronized (this) {
                news = false;
                deleted = gone;
                gone = null;
            }
            if (stopped) {
                return;
            }
            try {
                Optional<Duration> again = deleted == null ? reconcile() : forget(deleted);
                retry = FIRST_RETRY;
                ended(again);
            } catch (RuntimeException exception) {
                journal.write(new Journal.Entry(
                        name, Optional.empty(), "reconcile", "threw", exception.toString(), Optional.empty()));
                Duration pause = retry;
                retry = retry.multipliedBy(2).compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : retry.multipliedBy(2);
                ended(Optional.of(pause));
            }
        }

        private Optional<Duration> reconcile() {
            return cache.apply(name)
                    .flatMap(cached -> reconciler.reconcile(store.newest(cached)))
                    .map(after -> after.compareTo(AT_ONCE) < 0 ? AT_ONCE : after);
        }

        private Optional<Duration> forget(R deleted) {
            store.forget(deleted);
            reconciler.forget(deleted);
            return Optional.empty();
        }

        private synchronized void ended(Optional<Duration> again) {
            long thisTimer = ++timer;
            if (news) {
                worker.run(this::look);
                return;
            }
            busy = false;
            again.ifPresent(after -> worker.after(after, () -> due(thisTimer)));
        }

        private void due(long ofTimer) {
            boolean current;
            synchronized (this) {
                current = ofTimer == timer && !busy;
                news |= ofTimer == timer && busy;
                busy |= current;
            }
            if (current) {
                look();
            }
        }
    }
}
