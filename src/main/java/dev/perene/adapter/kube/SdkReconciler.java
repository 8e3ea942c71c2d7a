package dev.perene.adapter.kube;

import dev.perene.port.ObjectReconciler;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.util.List;

/**
 * Lets the operator SDK call one of ours. The SDK writes nothing: its patches are unconditional, and ours must not be
 * (R1).
 *
 * @param <R> the kind
 */
final class SdkReconciler<R extends HasMetadata> implements Reconciler<R> {
    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private final ObjectReconciler<R> ours;
    private final KubeObjectStore store;
    private final Triggers<R> triggers;

    SdkReconciler(ObjectReconciler<R> ours, KubeObjectStore store, Triggers<R> triggers) {
        this.ours = ours;
        this.store = store;
        this.triggers = triggers;
    }

    @Override
    public List<EventSource<?, R>> prepareEventSources(EventSourceContext<R> context) {
        return List.of(triggers);
    }

    @Override
    public UpdateControl<R> reconcile(R cached, Context<R> context) {
        if (context.isPrimaryResourceDeleted()) {
            store.forget(cached);
            ours.forget(cached);
            return UpdateControl.noUpdate();
        }
        return ours.reconcile(store.newest(cached))
                .map(after ->
                        UpdateControl.<R>noUpdate().rescheduleAfter(after.compareTo(AT_ONCE) < 0 ? AT_ONCE : after))
                .orElseGet(UpdateControl::noUpdate);
    }
}
