package dev.perene.app;

import dev.perene.adapter.kube.Leadership;
import dev.perene.port.ObjectReconciler;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lets a reconciler work while this operator leads. A standby only observes, so that it knows the hosts when it takes
 * over; it decides and writes nothing.
 *
 * @param <R> the kind
 */
final class LeaderOnlyReconciler<R> implements ObjectReconciler<R> {
    private final Leadership leadership;
    private final ObjectReconciler<R> reconciler;
    private final Consumer<R> observer;

    LeaderOnlyReconciler(Leadership leadership, ObjectReconciler<R> reconciler, Consumer<R> observer) {
        this.leadership = leadership;
        this.reconciler = reconciler;
        this.observer = observer;
    }

    @Override
    public Optional<Duration> reconcile(R object) {
        if (leadership.leads()) {
            return reconciler.reconcile(object);
        }
        observer.accept(object);
        return Optional.empty();
    }

    @Override
    public void forget(R object) {
        reconciler.forget(object);
    }
}
