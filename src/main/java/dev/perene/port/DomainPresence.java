package dev.perene.port;

/** What a host's picture says about one domain. Unknown never reads as Absent. */
public sealed interface DomainPresence {

    /**
     * Nobody can say: the host has not been asked or does not answer.
     *
     * @param why a sentence for people
     */
    record Unknown(String why) implements DomainPresence {}

    /** The host's libvirt answered and knows no such domain. */
    record Absent() implements DomainPresence {}

    /**
     * The host's libvirt knows the domain.
     *
     * @param domain as reported
     */
    record Present(DomainObservation domain) implements DomainPresence {}
}
