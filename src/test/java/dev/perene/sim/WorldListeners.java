package dev.perene.sim;

import dev.perene.port.DomainState;
import dev.perene.port.DomainTag;
import dev.perene.port.ObjectStore.Announcement;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Tells several listeners. */
record WorldListeners(List<WorldListener> listeners) implements WorldListener {
    @Override
    public void hostChanged(String host, String what) {
        listeners.forEach(listener -> listener.hostChanged(host, what));
    }

    @Override
    public void domainEvent(String host, UUID domain, LifecycleEvent event, String detail) {
        listeners.forEach(listener -> listener.domainEvent(host, domain, event, detail));
    }

    @Override
    public void domainState(String host, UUID domain, Optional<DomainState> state, String reason) {
        listeners.forEach(listener -> listener.domainState(host, domain, state, reason));
    }

    @Override
    public void commanded(String host, String call, UUID domain, boolean existed, Optional<DomainTag> tag) {
        listeners.forEach(listener -> listener.commanded(host, call, domain, existed, tag));
    }

    @Override
    public void stored(String who, String what, HasMetadata object) {
        listeners.forEach(listener -> listener.stored(who, what, object));
    }

    @Override
    public void announced(String who, HasMetadata object, Announcement announcement) {
        listeners.forEach(listener -> listener.announced(who, object, announcement));
    }
}
