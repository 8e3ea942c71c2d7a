package dev.perene.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PereneCommandTest {

    @ParameterizedTest
    @ValueSource(strings = {"version", "--version"})
    void the_version_is_one_line_with_that_of_java(String argument) {
        CommandRun run = CommandRun.of(argument);

        assertThat(run.status()).isZero();
        assertThat(run.lines())
                .singleElement()
                .asString()
                .matches("perene \\d+\\.\\d+\\.\\d+(-SNAPSHOT)? \\(Java 25.*\\)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"validate", "adopt", "console", "vnc", "operator"})
    void every_command_tells_its_version(String command) {
        assertThat(CommandRun.of(command, "--version").lines())
                .singleElement()
                .asString()
                .startsWith("perene ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "help"})
    void help_names_every_command_and_what_happens_without_one(String argument) {
        CommandRun run = CommandRun.of(argument);

        assertThat(run.status()).isZero();
        assertThat(run.output())
                .contains("operator", "version", "validate", "adopt", "console", "vnc")
                .contains("Without a command it runs the operator.");
    }

    @Test
    void help_of_a_command_says_what_its_exit_status_means() {
        CommandRun run = CommandRun.of("validate", "--help");

        assertThat(run.status()).isZero();
        assertThat(run.output()).contains("FILE...", "Exit status:", "wrong usage");
    }

    @Test
    void an_unknown_command_is_named_with_a_hint() {
        CommandRun run = CommandRun.of("opreator");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).contains("'opreator'", "Did you mean: perene operator");
    }

    @Test
    void a_command_that_resembles_none_is_answered_with_those_that_there_are() {
        CommandRun run = CommandRun.of("42");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.errors()).contains("'42'", "Usage: perene", "validate");
    }

    @Test
    void an_unknown_option_is_named() {
        CommandRun run = CommandRun.of("version", "--frobnicate");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.errors()).contains("'--frobnicate'");
    }
}
