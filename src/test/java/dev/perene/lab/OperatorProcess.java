package dev.perene.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The real operator as a process of its own, as it runs in production. */
final class OperatorProcess implements AutoCloseable {
    private static final Path LOGS = Path.of("target/lab");

    private final Process process;
    private final int port;
    private final Path log;

    private OperatorProcess(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** Starts one and returns without waiting for it to be ready. */
    static OperatorProcess start(Lab lab, int port) {
        try {
            Files.createDirectories(LOGS);
            Path log = LOGS.resolve("operator-" + port + ".log");
            ProcessBuilder builder = new ProcessBuilder(List.of(
                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dquarkus.http.port=" + port,
                    "-jar",
                    "target/quarkus-app/quarkus-run.jar",
                    "operator"));
            builder.environment().put("KUBECONFIG", lab.kubeconfig().toString());
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return new OperatorProcess(process, port, log);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Whether it says that it is ready. */
    boolean ready() {
        return readiness().filter(response -> response.statusCode() == 200).isPresent();
    }

    /** What it says about being ready; empty while it does not answer. */
    String readinessText() {
        return readiness().map(HttpResponse::body).orElse("");
    }

    private Optional<HttpResponse<String>> readiness() {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return Optional.of(client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/ready"))
                            .timeout(Duration.ofSeconds(2))
                            .build(),
                    HttpResponse.BodyHandlers.ofString()));
        } catch (IOException notYet) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    boolean alive() {
        return process.isAlive();
    }

    Path log() {
        return log;
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    @Override
    public void close() {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
