package dev.perene.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.port.DomainState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.libvirt.event.DomainEventType;

/** No state of a domain and no event of its life is without a story. */
class StoryCoverageTest {
    @ParameterizedTest
    @EnumSource(DomainState.class)
    void every_state_of_a_domain_has_a_story(DomainState state) throws IOException {
        assertThat(transcripts()).anyMatch(text -> text.contains("shop/till is " + state + ","));
    }

    @ParameterizedTest
    @EnumSource(value = DomainEventType.class, mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN")
    void every_event_of_a_life_has_a_story(DomainEventType type) throws IOException {
        assertThat(transcripts())
                .anyMatch(text -> text.toUpperCase(Locale.ROOT).contains("SHOP/TILL EVENT " + type.name() + ","));
    }

    @Test
    void there_are_at_least_forty_stories() throws IOException {
        assertThat(transcripts()).hasSizeGreaterThanOrEqualTo(40);
    }

    private static List<String> transcripts() throws IOException {
        try (Stream<Path> files = Files.list(Story.GOLDEN)) {
            return files.map(StoryCoverageTest::read).toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
