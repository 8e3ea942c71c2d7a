package dev.perene.sim;

import dev.perene.port.DomainState;
import dev.perene.port.DomainTag;
import dev.perene.port.ObjectStore.Announcement;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;
import java.util.UUID;

/** Told of what really happens, whether or not an operator sees it. */
public interface WorldListener {

    /** Something happened to a host. */
    default void hostChanged(String host, String what) {}

    /** A domain did what libvirt has an event for. */
    default void domainEvent(String host, UUID domain, LifecycleEvent event, String detail) {}

    /** A domain is in another state; an undefined one that does not run is in none. */
    default void domainState(String host, UUID domain, Optional<DomainState> state, String reason) {}

    /**
     * An operator told a host's libvirt to change a domain.
     *
     * @param tag the tag of the domain that was there before, or empty if that one had none
     * @param existed whether a domain was there before
     */
    default void commanded(String host, String call, UUID domain, boolean existed, Optional<DomainTag> tag) {}

    /** Somebody wrote an object to the API server. */
    default void stored(String who, String what, HasMetadata object) {}

    /** An operator recorded a Kubernetes event. */
    default void announced(String who, HasMetadata object, Announcement announcement) {}
}
