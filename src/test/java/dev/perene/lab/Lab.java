package dev.perene.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The lab that {@code hack/test} started, seen from a test that runs in its network namespace. */
final class Lab {
    private static final Duration LONGEST_COMMAND = Duration.ofSeconds(120);

    private final String name;
    private final Path state;

    private Lab(String name, Path state) {
        this.name = name;
        this.state = state;
    }

    /** The lab that the environment names. */
    static Lab fromEnvironment() {
        return new Lab(required("PERENE_LAB_NAME"), Path.of(required("PERENE_LAB_STATE")));
    }

    private static String required(String variable) {
        return Optional.ofNullable(System.getenv(variable))
                .orElseThrow(() -> new IllegalStateException(variable + " is not set; run hack/test --only lab"));
    }

    Path kubeconfig() {
        return state.resolve("kubeconfig");
    }

    /** The private key that opens the hosts. */
    Path identity() {
        return state.resolve("id_ed25519");
    }

    /** Runs a verb of {@code hack/lab} and returns what it printed; a failure fails the test. */
    String run(String verb, String... arguments) {
        return script("hack/lab", verb, arguments);
    }

    /** Runs a verb of {@code hack/control-plane}. */
    String controlPlane(String verb) {
        return script("hack/control-plane", verb);
    }

    /** Runs a command on a host. */
    String ssh(String host, String command) {
        return run("ssh", host, command);
    }

    /** Writes a fresh test guest onto a shared device. */
    void guestImage(String device, String... options) {
        run("guest-image", Stream.concat(Stream.of(device), Stream.of(options)).toArray(String[]::new));
    }

    /** What a VM's guests printed on all hosts, and what the checker says of it. */
    GuestLog guestLog(String uid) {
        return new GuestLog(this, consoleLogs(uid));
    }

    private List<Path> consoleLogs(String uid) {
        try (Stream<Path> hosts = Files.list(state)) {
            return hosts.map(host -> host.resolve("log/perene-" + uid + "-console.log"))
                    .filter(Files::exists)
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Whether an address answers one ping within a second. */
    static boolean answersPing(String address) {
        return start(List.of("ping", "-c", "1", "-W", "1", address)).status() == 0;
    }

    /** How many hosts run a domain now. */
    long running(String uid) {
        return run("env")
                .lines()
                .filter(line -> line.startsWith("PERENE_LAB_HOSTS="))
                .flatMap(line -> Stream.of(line.split("[='\\\\ ]+")))
                .filter(word -> word.startsWith("host"))
                .filter(host -> start(List.of("hack/lab", "ssh", "--name", name, host, "virsh list --uuid"))
                        .output()
                        .contains(uid))
                .count();
    }

    private String script(String script, String verb, String... arguments) {
        List<String> command = new ArrayList<>(List.of(script, verb, "--name", name));
        command.addAll(List.of(arguments));
        Ended ended = start(command);
        if (ended.status() != 0) {
            throw new IllegalStateException(command + " exited with " + ended.status() + ":\n" + ended.output());
        }
        return ended.output();
    }

    private record Ended(int status, String output) {}

    private static Ended start(List<String> command) {
        try {
            Path output = Files.createTempFile("perene-lab-", ".out");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .start();
                if (!process.waitFor(LONGEST_COMMAND.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    return new Ended(-1, "no end after " + LONGEST_COMMAND + "\n" + Files.readString(output));
                }
                return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
            } finally {
                Files.delete(output);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
