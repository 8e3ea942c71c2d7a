package dev.perene.port;

import java.time.Duration;

/** Whether the operator talks with a host's libvirt. */
public sealed interface LibvirtContact {

    /** No attempt has ended yet. */
    record Connecting() implements LibvirtContact {}

    /**
     * libvirt answers.
     *
     * @param confirmed monotonic time of the last question that was answered in full
     */
    record Connected(Duration confirmed) implements LibvirtContact {}

    /**
     * libvirt does not answer.
     *
     * @param since monotonic time of the first failure
     * @param kind what may be done about it
     * @param why a sentence for people
     */
    record Disconnected(Duration since, LibvirtFailure.Kind kind, String why) implements LibvirtContact {}
}
