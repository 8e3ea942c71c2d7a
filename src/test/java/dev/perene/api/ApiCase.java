package dev.perene.api;

import dev.perene.RealApiServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * One manifest and what is to be said of it. Files lie in {@code src/test/resources/api/<kind>/<folder>/}; lines that
 * begin with {@code # expect:} name field and message of one violation each.
 *
 * @param file kind, folder and name
 * @param manifest the whole text
 * @param expected in no particular order
 */
record ApiCase(String file, String manifest, List<Violation> expected) {
    private static final String EXPECT = "# expect: ";
    private static final Path ROOT = RealApiServer.repository().resolve("src/test/resources/api");

    /** All cases of a folder: {@code valid}; {@code invalid}, which break rules; {@code malformed}, which break the schema. */
    static Stream<ApiCase> in(String folder) {
        return Stream.of("hapolicy", "hypervisor", "virtualmachine")
                .flatMap(kind -> files(ROOT.resolve(kind).resolve(folder)));
    }

    /** One case by kind, folder and name. */
    static ApiCase named(String file) {
        return read(ROOT.resolve(file));
    }

    private static Stream<ApiCase> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().map(ApiCase::read).toList().stream();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static ApiCase read(Path file) {
        try {
            String manifest = Files.readString(file);
            List<Violation> expected = manifest.lines()
                    .filter(line -> line.startsWith(EXPECT))
                    .map(line -> violation(line.substring(EXPECT.length())))
                    .toList();
            return new ApiCase(ROOT.relativize(file).toString(), manifest, expected);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static Violation violation(String text) {
        int bar = text.indexOf(" | ");
        return new Violation(text.substring(0, bar), text.substring(bar + 3));
    }

    @Override
    public String toString() {
        return file;
    }
}
