package dev.perene.port;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The pictures of all hosts, and the way to give hosts commands. Safe for use by several threads; never waits. */
public interface HostInventory {

    /** The pictures of all declared hosts. */
    Collection<HostObservation> hosts();

    /** The picture of one host; empty when it is not declared. */
    Optional<HostObservation> host(String name);

    /**
     * Hands a command to a host. Its progress appears in the host's picture before this returns. Commands of one host
     * run one after the other; while one for the same domain is in flight another is refused.
     *
     * @return whether the command was taken
     */
    boolean submit(String host, DomainCommand command);

    /**
     * Says which paths a VM needs, so that pictures tell whether they exist.
     *
     * @param virtualMachine UID of the VM
     * @param paths none to stop
     * @param onlyOn the only host where they matter; empty for all hosts
     */
    void watchPaths(UUID virtualMachine, Set<String> paths, Optional<String> onlyOn);

    /** Tells a listener of changed pictures from now on. It must return at once. */
    void subscribe(Listener listener);

    /** Told when a picture changed in a way that decisions depend on. */
    interface Listener {
        /** These domains on the host changed. */
        void domainsChanged(String host, Set<UUID> domains);

        /** The host as a whole changed: reachable or not, other facts, other paths. */
        void hostChanged(String host);
    }
}
