package dev.perene;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.StringEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * What the operator can say is explained in docs/operating.md. A reason, a condition and a printable status is a single
 * CamelCase word, and no other string in the rooms that decide looks like one.
 */
class OperatingPageTest {
    private static final Path PAGE = RealApiServer.repository().resolve("docs/operating.md");
    private static final Path CLASSES = RealApiServer.repository().resolve("target/classes/dev/perene");
    private static final Pattern WORD = Pattern.compile("[A-Z][a-z]+([A-Z][a-z]+)*");
    private static final Pattern QUOTED = Pattern.compile("`(" + WORD.pattern() + ")`");
    private static final Pattern FIRST_COLUMN = Pattern.compile("(?m)^\\| `(" + WORD.pattern() + ")`");

    @Test
    void every_word_of_a_status_is_on_the_page() throws IOException {
        assertThat(explained(QUOTED)).containsAll(words());
    }

    @Test
    void every_row_of_the_page_is_about_a_word_that_can_occur() throws IOException {
        assertThat(explained(FIRST_COLUMN)).isSubsetOf(words()).hasSizeGreaterThan(25);
    }

    @Test
    void the_words_are_really_found() {
        assertThat(words()).contains("Ready", "AsExpected", "NoHost", "Terminating", "Restarting", "StillInUse");
    }

    private static Set<String> explained(Pattern pattern) throws IOException {
        return pattern.matcher(Files.readString(PAGE))
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> words() {
        return Stream.of("vm", "host", "api/Conditions.class")
                .map(CLASSES::resolve)
                .flatMap(OperatingPageTest::classFiles)
                .flatMap(OperatingPageTest::strings)
                .filter(text -> WORD.matcher(text).matches())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<Path> classFiles(Path place) {
        try (Stream<Path> files = Files.walk(place)) {
            return files.filter(file -> file.toString().endsWith(".class")).toList().stream();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static Stream<String> strings(Path classFile) {
        try {
            ClassModel model = ClassFile.of().parse(classFile);
            return StreamSupport.stream(model.constantPool().spliterator(), false)
                    .filter(StringEntry.class::isInstance)
                    .map(entry -> ((StringEntry) entry).stringValue());
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}
