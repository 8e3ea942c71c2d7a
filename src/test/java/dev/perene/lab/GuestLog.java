package dev.perene.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a VM's test guests printed.
 *
 * @param lab where
 * @param files the console logs, one per host that ran it
 */
record GuestLog(Lab lab, List<Path> files) {

    /** How often a guest booted. */
    long boots() {
        return lines().filter(line -> line.startsWith("BOOT ")).count();
    }

    /** How many writes were acknowledged. */
    long acknowledged() {
        return lines().filter(line -> line.startsWith("ACK ")).count();
    }

    /** Whether a guest was asked to shut down and did. */
    boolean shutDown() {
        return lines().anyMatch(line -> line.startsWith("SHUTDOWN"));
    }

    /** The checker's summary; the checker itself fails when a write was lost or two wrote. */
    String verified() {
        return lab.run("check-writes", files.stream().map(Path::toString).toArray(String[]::new));
    }

    private java.util.stream.Stream<String> lines() {
        return files.stream().flatMap(file -> {
            try {
                return Files.readString(file, StandardCharsets.ISO_8859_1)
                        .lines()
                        .map(String::strip);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }
}
