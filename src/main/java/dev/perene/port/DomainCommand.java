package dev.perene.port;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What a host can be told to do with one domain. Every command may be repeated: its effect is a state, not a step. */
public sealed interface DomainCommand {

    /** UUID of the domain. */
    UUID uuid();

    /** The same without the content of files, which is large and may be secret: what is remembered of a command. */
    default DomainCommand withoutFiles() {
        return this;
    }

    /**
     * Put files on the host, define and boot.
     *
     * @param uuid UUID of the domain
     * @param definition libvirt's domain XML
     * @param files what the domain needs besides its disks; written anew before each start
     * @param firmware whether its firmware keeps variables in a file of Perene's own
     */
    record Start(UUID uuid, String definition, Map<HostFile, FileContent> files, boolean firmware)
            implements DomainCommand {
        public Start {
            files = Map.copyOf(files);
        }

        /** Without files. */
        public Start(UUID uuid, String definition) {
            this(uuid, definition, Map.of(), false);
        }

        @Override
        public DomainCommand withoutFiles() {
            return new Start(uuid, definition, Map.of(), firmware);
        }
    }

    /**
     * Read the variables of an inactive domain's firmware; they appear in the command's progress.
     *
     * @param uuid UUID of the domain
     */
    record FetchVariables(UUID uuid) implements DomainCommand {}

    /**
     * Put the variables of a domain's firmware on the host and define the domain, which is not booted. A definition that
     * was there is removed first: beside a definition the variables are always whole.
     *
     * @param uuid UUID of the domain
     * @param definition libvirt's domain XML
     * @param variables the variables; empty to leave those that libvirt made or will make
     */
    record Place(UUID uuid, String definition, Optional<FileContent> variables) implements DomainCommand {
        @Override
        public DomainCommand withoutFiles() {
            return new Place(uuid, definition, Optional.empty());
        }
    }

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
     * Remove the definition of an inactive domain and all files that Perene keeps on the host for it.
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
