package dev.perene.adapter.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import java.util.Set;

/**
 * Has objects of a kind looked at because something in the world changed.
 *
 * @param <R> the kind
 */
final class Triggers<R extends HasMetadata> extends AbstractEventSource<Object, R> {
    Triggers(String name) {
        super(Object.class, name);
    }

    void lookAt(R object) {
        if (isRunning()) {
            getEventHandler().handleEvent(new Event(ResourceID.fromResource(object)));
        }
    }

    /** The same for an object that the SDK may never have heard of. */
    void lookAtNew(R object) {
        if (isRunning()) {
            getEventHandler()
                    .handleEvent(new ResourceEvent(ResourceAction.UPDATED, ResourceID.fromResource(object), object));
        }
    }

    @Override
    public Set<Object> getSecondaryResources(R primary) {
        return Set.of();
    }
}
