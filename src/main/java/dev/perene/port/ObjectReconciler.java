package dev.perene.port;

import java.time.Duration;
import java.util.Optional;

/**
 * Brings one object of a kind closer to its spec. Called by one thread at a time for one object, by several for
 * different ones. Must not wait for hosts.
 *
 * @param <R> the kind
 */
public interface ObjectReconciler<R> {

    /**
     * Looks at the object once.
     *
     * @param object as the cache has it, or newer
     * @return when to look again if nothing happens before; empty for only when something happens
     */
    Optional<Duration> reconcile(R object);

    /** The object is gone from the API server. */
    void forget(R object);
}
