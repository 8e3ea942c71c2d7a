package dev.perene.port;

import java.util.UUID;

/**
 * A file that Perene itself keeps on a host for one domain. Its name is made of the domain's UUID, so that it never
 * clashes and tells nothing to a shell.
 *
 * @param owner UUID of the domain
 * @param kind what is in it
 */
public record HostFile(UUID owner, Kind kind) {
    /** The folder on every host in which all of them lie, and no others. */
    public static final String FOLDER = "/var/lib/libvirt/perene";

    /** Name of libvirt's storage pool for the folder. */
    public static final String POOL = "perene";

    /** Whether a path leads to one of them. */
    public static boolean isOwn(String path) {
        return path.startsWith(FOLDER + "/");
    }

    /** What is in a file. */
    public enum Kind {
        /** The disk from which cloud-init in the guest takes its data. */
        Seed("seed.iso"),
        /** The variables of the guest's UEFI firmware. */
        Nvram("nvram.fd");

        private final String suffix;

        Kind(String suffix) {
            this.suffix = suffix;
        }
    }

    /** Its name in the folder. */
    public String name() {
        return owner + "-" + kind.suffix;
    }

    /** Its absolute path on the host. */
    public String path() {
        return FOLDER + "/" + name();
    }
}
