package dev.perene.vm;

import dev.perene.port.FileContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The data that cloud-init in a guest is to find.
 *
 * @param userData user data, possibly none
 * @param networkData network configuration
 */
record SeedContent(FileContent userData, Optional<FileContent> networkData) {
    /** By this name cloud-init finds the disk. */
    private static final String VOLUME = "cidata";

    /**
     * The disk image in the form NoCloud, the same bytes for the same data.
     *
     * @param uid UID of the VM; cloud-init does what is to be done once, once for each of these
     * @param name name of the VM, which becomes the guest's host name
     * @see <a href="https://cloudinit.readthedocs.io/en/latest/reference/datasources/nocloud.html">NoCloud</a>
     */
    FileContent image(UUID uid, String name) {
        String metaData = "instance-id: " + uid + "\nlocal-hostname: " + name + "\n";
        List<IsoImage.Entry> files = new ArrayList<>();
        files.add(
                new IsoImage.Entry("META_DAT", "meta-data", FileContent.of(metaData.getBytes(StandardCharsets.UTF_8))));
        networkData.ifPresent(network -> files.add(new IsoImage.Entry("NETWORK_", "network-config", network)));
        files.add(new IsoImage.Entry("USER_DAT", "user-data", userData));
        return FileContent.of(IsoImage.of(VOLUME, files));
    }
}
