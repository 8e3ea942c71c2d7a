package dev.perene.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Stories of two operators, of which one leads, and of two VMs on disks of their own. */
abstract class TwoOperators extends Story {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String OTHER_DEVICE = "shared2";
    private static final String OTHER_ADDRESS = "10.77.0.102";

    private final Replica first = new Replica(8090, operator);
    private final Replica second = new Replica(8091, OperatorProcess.start(lab, 8091));

    @BeforeAll
    void awaitBoth() {
        awaitLeaderAndStandby();
    }

    @AfterAll
    void stopSecond() {
        second.process.close();
    }

    /** Waits until one leads and the other could take over. */
    void awaitLeaderAndStandby() {
        await(
                "both operators are ready and one leads",
                () -> first.ready() && second.ready() && first.leads() != second.leads());
    }

    Replica leader() {
        return first.leads() ? first : second;
    }

    Replica otherThan(Replica replica) {
        return replica == first ? second : first;
    }

    /** Declares a second VM, on a disk and with an address of its own. */
    Machine declareOther(String name) {
        lab.guestImage(OTHER_DEVICE, "--address", OTHER_ADDRESS);
        return declareAsIs(name, manifest -> manifest.replace(DEVICE, OTHER_DEVICE));
    }

    /** One of the two operators; it may be killed and started again. */
    final class Replica {
        private final int port;
        private OperatorProcess process;

        private Replica(int port, OperatorProcess process) {
            this.port = port;
            this.process = process;
        }

        boolean ready() {
            return process.ready();
        }

        boolean leads() {
            return health().map(data -> data.path("leader").asBoolean()).orElse(false);
        }

        void kill() {
            process.kill();
        }

        /** SIGTERM, and waits for its end. */
        void stop() {
            process.close();
        }

        void start() {
            process = OperatorProcess.start(lab, port);
            if (this == first) {
                operator = process;
            }
        }

        /** SIGSTOP or SIGCONT. */
        void signal(String name) {
            try {
                new ProcessBuilder("kill", "-" + name, Long.toString(processId()))
                        .start()
                        .waitFor();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(interrupted);
            }
        }

        /** When it decided something, in order. */
        List<Instant> decisions(Instant after) {
            return log(after)
                    .filter(line -> line.path("mdc").path("outcome").asText().equals("decided"))
                    .map(Replica::at)
                    .toList();
        }

        /** Whether it has logged a line since. */
        boolean said(Instant after, String text) {
            return log(after).anyMatch(line -> line.path("message").asText().contains(text));
        }

        private long processId() {
            return ProcessHandle.current()
                    .children()
                    .filter(child -> child.info()
                            .arguments()
                            .map(List::of)
                            .orElse(List.of())
                            .contains("-Dquarkus.http.port=" + port))
                    .findAny()
                    .orElseThrow()
                    .pid();
        }

        private Stream<JsonNode> log(Instant after) {
            try {
                return Files.readAllLines(process.log()).stream()
                        .flatMap(Replica::parsed)
                        .filter(line -> at(line).isAfter(after));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        /** The last line of one that was killed, or is still writing, may be a half. */
        private static Stream<JsonNode> parsed(String line) {
            try {
                JsonNode parsed = JSON.readTree(line);
                return parsed.has("timestamp") ? Stream.of(parsed) : Stream.empty();
            } catch (JsonProcessingException half) {
                return Stream.empty();
            }
        }

        private static Instant at(JsonNode line) {
            return Instant.parse(line.path("timestamp").asText());
        }

        private Optional<JsonNode> health() {
            try {
                String body = HTTP.send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/ready"))
                                        .timeout(Duration.ofSeconds(2))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
                return Optional.of(JSON.readTree(body).path("checks").path(0).path("data"));
            } catch (IOException notNow) {
                return Optional.empty();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }
}
