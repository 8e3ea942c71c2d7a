package dev.perene.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;

/** The commands that look at a guest, run as a person runs them. */
class ConsoleStories extends Story {
    private static final Pattern ADDRESS = Pattern.compile("vnc://127\\.0\\.0\\.1:([0-9]+)");

    @RepeatedTest(3)
    void a_console_shows_what_the_guest_prints_and_takes_what_is_typed() throws Exception {
        Machine till = declare("till").awaitRunning();
        Path output = Files.createTempFile("perene-console-", ".out");
        Process console = terminal("console", output);
        try {
            await("the console shows writes of the guest", () -> text(output).contains("ACK seq="));
            assertThat(text(output)).contains("Connected to domain", "perene-" + till.uid());

            console.outputWriter().write("q");
            console.outputWriter().flush();

            // It powers itself off, mostly before its last word has come through.
            till.awaitBoots(2);
            assertThat(till.restarts()).isOne();
        } finally {
            console.destroy();
        }
    }

    @RepeatedTest(3)
    void a_tunnel_leads_to_the_screen() throws Exception {
        lab.guestImage(DEVICE, withAddress());
        declareAsIs("till", manifest -> manifest + "  graphics: VNC\n").awaitRunning();
        Path output = Files.createTempFile("perene-vnc-", ".out");
        Process vnc = terminal("vnc", output);
        try {
            await("the address is printed", () -> ADDRESS.matcher(text(output)).find());
            Matcher address = ADDRESS.matcher(text(output));
            assertThat(address.find()).isTrue();

            assertThat(banner(Integer.parseInt(address.group(1)))).startsWith("RFB 003.");
        } finally {
            vnc.destroy();
        }
    }

    @RepeatedTest(3)
    void a_vm_without_a_screen_is_told_what_to_do() throws Exception {
        declare("till").awaitRunning();
        Path output = Files.createTempFile("perene-vnc-", ".out");

        assertThat(terminal("vnc", output).waitFor()).isEqualTo(1);

        assertThat(text(output)).contains("spec.graphics is None. Set it to VNC");
    }

    /** Runs a command in a terminal of its own, which virsh asks for. */
    private Process terminal(String command, Path output) throws IOException {
        output.toFile().deleteOnExit();
        String program = String.join(
                " ",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED -jar target/quarkus-app/quarkus-run.jar",
                command,
                "--namespace",
                NAMESPACE,
                "--identity",
                lab.identity().toString(),
                "till");
        ProcessBuilder builder =
                new ProcessBuilder(List.of("script", "--quiet", "--return", "--command", program, "/dev/null"));
        builder.environment().put("KUBECONFIG", lab.kubeconfig().toString());
        return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    }

    private static String banner(int port) throws IOException {
        try (Socket viewer = new Socket(InetAddress.getLoopbackAddress(), port)) {
            viewer.setSoTimeout((int) PATIENCE.toMillis());
            return new String(viewer.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
