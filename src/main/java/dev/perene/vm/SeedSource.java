package dev.perene.vm;

import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.CloudInit;
import dev.perene.port.FileContent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of the data that cloud-init in a guest is to find. Prints no data. */
sealed interface SeedSource {
    /** Entries of a Secret, and fields of the spec. */
    String USER_DATA = "userData";

    String NETWORK_DATA = "networkData";

    /** More than cloud-init's data sources elsewhere take; a Secret holds at most 1 MiB. */
    int LARGEST = 1 << 20;

    /** The VM has none. */
    record None() implements SeedSource {}

    /**
     * It is in a Secret that nobody has read yet.
     *
     * @param name the Secret's name, in the VM's namespace
     */
    record Unread(String name) implements SeedSource {}

    /**
     * It cannot be had.
     *
     * @param why a sentence for people that names the Secret and what to do
     */
    record Unavailable(String why) implements SeedSource {}

    /**
     * Here it is.
     *
     * @param content the data
     */
    record Available(SeedContent content) implements SeedSource {}

    /** What the spec says of it. */
    static SeedSource of(VirtualMachineSpec spec) {
        CloudInit cloudInit = spec.cloudInit();
        if (cloudInit == null) {
            return new None();
        }
        return cloudInit.secretRef() != null
                ? new Unread(cloudInit.secretRef().name())
                : new Available(new SeedContent(
                        FileContent.of(bytes(cloudInit.userData())),
                        Optional.ofNullable(cloudInit.networkData()).map(text -> FileContent.of(bytes(text)))));
    }

    /** What the entries of a Secret say. */
    static SeedSource of(String secretName, Map<String, byte[]> entries) {
        byte[] userData = entries.get(USER_DATA);
        byte[] networkData = entries.get(NETWORK_DATA);
        if (userData == null && networkData == null) {
            return new Unavailable("Secret " + secretName + " has neither an entry " + USER_DATA + " nor an entry "
                    + NETWORK_DATA + "; add one of them");
        }
        if (size(userData) + size(networkData) > LARGEST) {
            return new Unavailable("Secret " + secretName + " is larger than " + LARGEST + " bytes");
        }
        return new Available(new SeedContent(
                FileContent.of(userData == null ? new byte[0] : userData),
                Optional.ofNullable(networkData).map(FileContent::of)));
    }

    private static int size(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static byte[] bytes(@Nullable String text) {
        return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    }
}
