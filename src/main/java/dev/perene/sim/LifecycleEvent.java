package dev.perene.sim;

/** The types of lifecycle events, as {@code virDomainEventType} of libvirt counts them. */
public enum LifecycleEvent {
    Defined,
    Undefined,
    Started,
    Suspended,
    Resumed,
    Stopped,
    Shutdown,
    PMSuspended,
    Crashed
}
