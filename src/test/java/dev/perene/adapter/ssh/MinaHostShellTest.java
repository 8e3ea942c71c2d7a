package dev.perene.adapter.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MinaHostShellTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "",
                " ",
                "two words",
                "'",
                "''",
                "it's",
                "'; touch /tmp/perene-was-here; '",
                "\"",
                "\\",
                "\\'",
                "$HOME",
                "$(id)",
                "`id`",
                "a;b|c&d>e<f",
                "*",
                "?",
                "~",
                "#",
                "!",
                "{a,b}",
                "-n",
                "--",
                "a\nb",
                "\n",
                "\ttab",
                "äöü€"
            })
    void an_argument_reaches_the_program_as_it_is(String argument) throws Exception {
        assertThat(arguments(List.of(argument))).containsExactly(argument);
        assertThat(arguments(List.of("before", argument, "after"))).containsExactly("before", argument, "after");
    }

    @Test
    void what_looks_like_a_program_in_an_argument_is_not_run() throws Exception {
        assertThat(output(MinaHostShell.quoted(List.of("echo", "$(echo pwned)", "; echo pwned"))))
                .isEqualTo("$(echo pwned) ; echo pwned\n");
    }

    /** What the login shell on a host makes of the line. */
    private static List<String> arguments(List<String> given) throws Exception {
        List<String> command = new ArrayList<>(List.of("printf", "<%s>\\0"));
        command.addAll(given);
        String output = output(MinaHostShell.quoted(command));
        List<String> received = new ArrayList<>();
        for (String each : output.split("\0")) {
            received.add(each.substring(1, each.length() - 1));
        }
        return received;
    }

    private static String output(String line) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", line).redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = shell.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }
}
