package dev.perene.port;

import java.util.UUID;

/** What a host can be told to do with one domain. Every command may be repeated: its effect is a state, not a step. */
public sealed interface DomainCommand {

    /** UUID of the domain. */
    UUID uuid();

    /**
     * Define and boot.
     *
     * @param uuid UUID of the domain
     * @param definition libvirt's domain XML
     */
    record Start(UUID uuid, String definition) implements DomainCommand {}

    /**
     * Ask the guest to shut down.
     *
     * @param uuid UUID of the domain
     */
    record Shutdown(UUID uuid) implements DomainCommand {}

    /**
     * End its QEMU.
     *
     * @param uuid UUID of the domain
     */
    record Destroy(UUID uuid) implements DomainCommand {}

    /**
     * Remove the definition of an inactive domain.
     *
     * @param uuid UUID of the domain
     */
    record Undefine(UUID uuid) implements DomainCommand {}
}
