package dev.perene.vm;

import dev.perene.api.VirtualMachineStatus;
import dev.perene.port.DomainTag;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which domain is a VM's.
 *
 * @param uuid libvirt's UUID: the VM's UID, but for a domain that was adopted
 * @param name libvirt's name
 * @param tag what the domain's metadata says
 */
record DomainIdentity(UUID uuid, String name, DomainTag tag) {

    /** libvirt's name of a domain that Perene makes: it never clashes and tells nothing to a shell. */
    static String name(UUID uid) {
        return "perene-" + uid;
    }

    /** The UUID of the domain of a VM with this UID, of which this was recorded. */
    static UUID uuid(UUID uid, @Nullable VirtualMachineStatus status) {
        return Optional.ofNullable(status)
                .map(VirtualMachineStatus::domainUUID)
                .map(UUID::fromString)
                .orElse(uid);
    }
}
