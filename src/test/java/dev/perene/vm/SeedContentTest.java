package dev.perene.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.port.FileContent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a guest reads of cloud-init's disk; CloudInitStories in the lab has a real kernel read it. */
class SeedContentTest {
    private static final int SECTOR = 2048;
    private static final int PRIMARY = 16;
    private static final int JOLIET = 17;

    @Test
    void the_volume_has_the_name_that_cloud_init_looks_for() {
        byte[] image = image("x", Optional.empty());

        assertThat(new String(image, PRIMARY * SECTOR + 1, 5, StandardCharsets.US_ASCII))
                .isEqualTo("CD001");
        assertThat(new String(image, PRIMARY * SECTOR + 40, 32, StandardCharsets.US_ASCII).strip())
                .isEqualTo("cidata");
        assertThat(new String(image, JOLIET * SECTOR + 40, 32, StandardCharsets.UTF_16BE).strip())
                .isEqualTo("cidata");
    }

    @Test
    void all_files_are_there_under_the_names_that_cloud_init_looks_for() {
        byte[] image = image("#cloud-config", Optional.of("version: 2"));

        assertThat(files(image, JOLIET, StandardCharsets.UTF_16BE))
                .containsExactly(
                        Map.entry("meta-data;1", "instance-id: " + Situations.TILL + "\nlocal-hostname: till\n"),
                        Map.entry("network-config;1", "version: 2"),
                        Map.entry("user-data;1", "#cloud-config"));
        assertThat(files(image, PRIMARY, StandardCharsets.US_ASCII))
                .containsOnlyKeys("META_DAT.;1", "NETWORK_.;1", "USER_DAT.;1")
                .containsEntry("USER_DAT.;1", "#cloud-config");
    }

    @Test
    void without_network_data_there_is_no_such_file() {
        assertThat(files(image("x", Optional.empty()), JOLIET, StandardCharsets.UTF_16BE))
                .containsOnlyKeys("meta-data;1", "user-data;1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2047, 2048, 2049, 65_536})
    void content_of_any_size_is_read_as_it_was(int size) {
        String text = text(size);

        byte[] image = image(text, Optional.of("after it"));

        assertThat(image.length % SECTOR).isZero();
        assertThat(files(image, JOLIET, StandardCharsets.UTF_16BE)).containsEntry("user-data;1", text);
        assertThat(files(image, JOLIET, StandardCharsets.UTF_16BE)).containsEntry("network-config;1", "after it");
    }

    @Test
    void the_same_data_makes_the_same_bytes() {
        assertThat(image("x", Optional.of("y"))).isEqualTo(image("x", Optional.of("y")));
    }

    @Test
    void nothing_prints_what_may_be_secret() {
        SeedSource inline =
                SeedSource.of("shop/till-init", Map.of("userData", "hunter2".getBytes(StandardCharsets.UTF_8)));

        assertThat(inline.toString()).doesNotContain("hunter2").contains("7 bytes");
    }

    private static String text(int size) {
        StringBuilder text = new StringBuilder();
        new Random(size).ints(size, 'a', 'z').forEach(letter -> text.append((char) letter));
        return text.toString();
    }

    private static byte[] image(String userData, Optional<String> networkData) {
        return new SeedContent(content(userData), networkData.map(SeedContentTest::content))
                .image(Situations.TILL, "till")
                .bytes();
    }

    private static FileContent content(String text) {
        return FileContent.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Walks the folder that a descriptor points to. */
    private static Map<String, String> files(byte[] image, int descriptor, Charset letters) {
        ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        int folder = bytes.getInt(descriptor * SECTOR + 156 + 2) * SECTOR;
        Map<String, String> files = new LinkedHashMap<>();
        for (int at = folder; bytes.get(at) != 0; at += bytes.get(at)) {
            if (bytes.get(at + 25) == 0) {
                files.put(
                        new String(image, at + 33, bytes.get(at + 32), letters),
                        new String(
                                image, bytes.getInt(at + 2) * SECTOR, bytes.getInt(at + 10), StandardCharsets.UTF_8));
            }
        }
        return files;
    }
}
