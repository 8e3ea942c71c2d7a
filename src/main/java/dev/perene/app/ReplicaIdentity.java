package dev.perene.app;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;

/** Names a process as no other process is named, on this machine or another, now or after a restart. */
final class ReplicaIdentity {
    private ReplicaIdentity() {}

    /** A new name: host, process id, and something random for processes in containers, which all have the id 1. */
    static String make() {
        return host() + "_" + ProcessHandle.current().pid() + "_"
                + UUID.randomUUID().toString().substring(0, 8);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "host";
        }
    }
}
