package dev.perene.adapter.kube;

import dev.perene.api.HAPolicy;
import dev.perene.api.Hypervisor;
import dev.perene.api.VirtualMachine;
import dev.perene.port.ObjectReconciler;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.IndexedResourceCache;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.util.List;

/**
 * Lets the operator SDK call one of ours. The SDK writes nothing: its patches are unconditional, and ours must not be
 * (R1).
 *
 * @param <R> the kind
 */
abstract sealed class SdkReconciler<R extends HasMetadata> {
    private static final Duration AT_ONCE = Duration.ofMillis(1);
    private static final List<Duration> SUCCESSOR_LOOKS = List.of(Duration.ofMillis(100), Duration.ofSeconds(1));

    private final ObjectReconciler<R> ours;
    private final KubeObjectStore store;
    private final Triggers<R> triggers;

    /** The SDK reads the kind off the class. */
    static final class OfHypervisors extends SdkReconciler<Hypervisor> implements Reconciler<Hypervisor> {
        OfHypervisors(ObjectReconciler<Hypervisor> ours, KubeObjectStore store, Triggers<Hypervisor> triggers) {
            super(ours, store, triggers);
        }
    }

    /** The SDK reads the kind off the class. */
    static final class OfVirtualMachines extends SdkReconciler<VirtualMachine> implements Reconciler<VirtualMachine> {
        OfVirtualMachines(
                ObjectReconciler<VirtualMachine> ours, KubeObjectStore store, Triggers<VirtualMachine> triggers) {
            super(ours, store, triggers);
        }
    }

    /** The SDK reads the kind off the class. */
    static final class OfPolicies extends SdkReconciler<HAPolicy> implements Reconciler<HAPolicy> {
        OfPolicies(ObjectReconciler<HAPolicy> ours, KubeObjectStore store, Triggers<HAPolicy> triggers) {
            super(ours, store, triggers);
        }
    }

    /**
     * Has an object looked at that was created under the name of one that was just deleted. The SDK (5.2.3) drops the
     * event of its creation when it comes before the deletion was worked off.
     */
    private void lookAtSuccessor(ResourceID name, IndexedResourceCache<R> cache) {
        Thread.ofVirtual().name("successor-of-" + name.getName()).start(() -> {
            for (Duration pause : SUCCESSOR_LOOKS) {
                try {
                    Thread.sleep(pause);
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    return;
                }
                cache.get(name).ifPresent(triggers::lookAtNew);
            }
        });
    }

    private SdkReconciler(ObjectReconciler<R> ours, KubeObjectStore store, Triggers<R> triggers) {
        this.ours = ours;
        this.store = store;
        this.triggers = triggers;
    }

    public List<EventSource<?, R>> prepareEventSources(EventSourceContext<R> context) {
        return List.of(triggers);
    }

    public UpdateControl<R> reconcile(R cached, Context<R> context) {
        if (context.isPrimaryResourceDeleted()) {
            store.forget(cached);
            ours.forget(cached);
            lookAtSuccessor(ResourceID.fromResource(cached), context.getPrimaryCache());
            return UpdateControl.noUpdate();
        }
        return ours.reconcile(store.newest(cached))
                .map(after ->
                        UpdateControl.<R>noUpdate().rescheduleAfter(after.compareTo(AT_ONCE) < 0 ? AT_ONCE : after))
                .orElseGet(UpdateControl::noUpdate);
    }
}
