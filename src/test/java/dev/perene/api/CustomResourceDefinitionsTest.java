package dev.perene.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.RealApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CustomResourceDefinitionsTest {
    @Test
    void committedDefinitionsAreThoseOfTheRecords() throws IOException {
        Map<String, String> committed = new TreeMap<>();
        try (Stream<Path> files = Files.list(RealApiServer.repository().resolve("crds"))) {
            for (Path file : files.toList()) {
                committed.put(file.getFileName().toString(), Files.readString(file));
            }
        }

        Map<String, String> generated = CustomResourceDefinitions.files();

        assertThat(committed)
                .as("crds/ is not what the records say: run hack/generate and commit what it wrote")
                .isEqualTo(generated);
    }
}
