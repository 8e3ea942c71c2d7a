package dev.perene.port;

/** The state of a domain, one for each {@code virDomainState} of libvirt. */
public enum DomainState {
    /** libvirt cannot say; seen with some drivers only. */
    NoState,
    /** Its virtual CPUs run. */
    Running,
    /** It waits for a resource; QEMU does not report it. */
    Blocked,
    /** Its virtual CPUs are stopped, its memory is live. */
    Paused,
    /** The guest has shut down and QEMU has not ended yet. */
    ShuttingDown,
    /** No QEMU process. */
    ShutOff,
    /** The guest crashed and its QEMU is kept for inspection. */
    Crashed,
    /** The guest suspended itself; QEMU lives. */
    PowerManagementSuspended;

    /** Whether a QEMU process may exist that can write to the disks. */
    public boolean active() {
        return this != ShutOff;
    }
}
