package dev.perene.port;

import java.util.List;
import java.util.Optional;
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

    /**
     * Replace the definition; a running guest is not touched.
     *
     * @param uuid UUID of the domain
     * @param definition libvirt's domain XML
     */
    record Define(UUID uuid, String definition) implements DomainCommand {}

    /**
     * Change the hardware of a running guest. All edits are tried; if one is refused, the command failed.
     *
     * @param uuid UUID of the domain
     * @param edits one or more
     */
    record Edit(UUID uuid, List<LiveEdit> edits) implements DomainCommand {
        public Edit {
            edits = List.copyOf(edits);
        }
    }

    /**
     * Tag a domain that is nobody's, or that a VM had which is no more. Whatever it does, it goes on.
     *
     * @param uuid UUID of the domain
     * @param tag whose it is to be
     * @param instead the VM that had it before, if one had
     */
    record Claim(UUID uuid, DomainTag tag, Optional<UUID> instead) implements DomainCommand {}

    /**
     * Take Perene's tag off. Whatever the domain does, it goes on.
     *
     * @param uuid UUID of the domain
     */
    record Release(UUID uuid) implements DomainCommand {}
}
