package dev.perene.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/**
 * A story: orders to a cluster, what is expected of it, and a transcript that is compared with the one kept in
 * {@code src/test/resources/sim}. {@code -Dperene.golden=write} writes those anew.
 */
abstract class Story {
    static final Path GOLDEN = Path.of("src/test/resources/sim");
    private static final Duration STEADY = Duration.ofSeconds(60);

    final Cluster cluster = new Cluster();
    private String name = "";
    private boolean restless;

    @BeforeEach
    void begin(TestInfo info) {
        name = info.getTestMethod().orElseThrow().getName();
    }

    /** After every story: nothing that must never be was, nothing is written any more, and the transcript is the same. */
    @AfterEach
    void end() throws IOException {
        String transcript = cluster.transcript().text();
        assertThat(cluster.invariants().violations()).as("what must never be").isEmpty();
        if (!restless) {
            long before = cluster.store().writes();
            cluster.runFor(STEADY);
            assertThat(cluster.store().writes() - before)
                    .as(
                            "writes in steady state, after:%n%s",
                            cluster.transcript().text())
                    .isZero();
        }
        assertThat(cluster.invariants().violations()).as("what must never be").isEmpty();
        cluster.close();
        compare(transcript);
    }

    /** This story ends while something is still tried again and again. */
    void endsRestless() {
        restless = true;
    }

    Story seconds(long seconds) {
        cluster.runFor(Duration.ofSeconds(seconds));
        assertThat(cluster.invariants().violations()).as("what must never be").isEmpty();
        return this;
    }

    private void compare(String transcript) throws IOException {
        Path golden = GOLDEN.resolve(name + ".txt");
        if ("write".equals(System.getProperty("perene.golden"))) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, transcript);
        }
        assertThat(golden).as("write it with -Dperene.golden=write").exists();
        assertThat(transcript).isEqualTo(Files.readString(golden));
    }
}
