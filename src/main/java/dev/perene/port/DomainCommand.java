package dev.perene.port;

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
}
