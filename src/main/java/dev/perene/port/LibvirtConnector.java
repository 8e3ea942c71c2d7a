package dev.perene.port;

import dev.perene.api.HypervisorSpec;
import java.util.UUID;

/** Opens connections to the libvirt of hosts. Safe for use by several threads. */
public interface LibvirtConnector {

    /**
     * Opens a connection with keepalive.
     *
     * @param host whose libvirt
     * @param listener told of changes, from a thread of the adapter: it must return at once and call nothing here
     * @return a connection that the calling thread owns
     * @throws LibvirtFailure {@code Unreachable} or {@code Unauthorized}
     */
    LibvirtConnection open(HypervisorSpec host, Listener listener) throws LibvirtFailure;

    /** Told of what happens on a host. */
    interface Listener {

        /** A domain's life changed; ask for its state. */
        void domainChanged(UUID uuid);

        /** The connection is lost; close it. */
        void connectionLost(String why);

        /** The listener of connections that only carry commands. */
        Listener NONE = new Listener() {
            @Override
            public void domainChanged(UUID uuid) {}

            @Override
            public void connectionLost(String why) {}
        };
    }
}
