package dev.perene.app;

import java.util.Optional;

/**
 * How an operator stands among the replicas.
 *
 * @param identity who it is
 * @param leads whether it acts
 * @param leader who leads, as far as it knows
 * @param problem what keeps it from being elected, in words for people
 * @param synced whether its caches are full
 * @param leaseReadable whether it would notice that the Lease is free
 * @param alive whether it still tries to be elected or to stay so
 */
record Standing(
        String identity,
        boolean leads,
        Optional<String> leader,
        Optional<String> problem,
        boolean synced,
        boolean leaseReadable,
        boolean alive) {

    /** Whether it acts, or could take over. */
    boolean ready() {
        return synced && (leads || leaseReadable);
    }
}
