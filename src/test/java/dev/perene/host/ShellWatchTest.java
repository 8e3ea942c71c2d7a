package dev.perene.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.port.HostShell;
import dev.perene.port.ShellObservation.PathKind;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines are those of GNU coreutils under LC_ALL=C. */
class ShellWatchTest {

    @ParameterizedTest
    @CsvSource({
        "regular file, File",
        "regular empty file, File",
        "block special file, BlockDevice",
        "character special file, Other",
        "directory, Other",
        "fifo, Other",
        "socket, Other",
        "something that is not invented yet, Other"
    })
    void what_stat_calls_a_path_is_its_kind(String printed, PathKind kind) {
        assertThat(ShellWatch.parse(Set.of("/srv/x"), said(printed + ":/srv/x\n", "")))
                .isEqualTo(Map.of("/srv/x", kind));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stat: cannot statx '/srv/x': No such file or directory",
                "stat: cannot stat '/srv/x': No such file or directory",
                "stat: cannot statx '/srv/x': Not a directory"
            })
    void what_stat_does_not_find_is_missing(String complaint) {
        assertThat(ShellWatch.parse(Set.of("/srv/x"), said("", complaint + "\n")))
                .isEqualTo(Map.of("/srv/x", PathKind.Missing));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stat: cannot statx '/srv/x': Permission denied",
                "stat: cannot statx '/srv/x': Input/output error",
                "stat: cannot statx '/srv/x': Stale file handle",
                "bash: line 1: env: command not found",
                ""
            })
    void what_stat_cannot_tell_is_neither_there_nor_missing(String complaint) {
        assertThat(ShellWatch.parse(Set.of("/srv/x"), said("", complaint))).isEmpty();
    }

    @Test
    void found_and_missing_paths_are_told_apart_in_one_answer() {
        HostShell.Result result = said(
                "regular file:/srv/a\nblock special file:/dev/b\n",
                "stat: cannot statx '/srv/missing': No such file or directory\n");

        assertThat(ShellWatch.parse(Set.of("/srv/a", "/dev/b", "/srv/missing"), result))
                .isEqualTo(Map.of(
                        "/srv/a", PathKind.File, "/dev/b", PathKind.BlockDevice, "/srv/missing", PathKind.Missing));
    }

    @Test
    void a_path_that_is_the_beginning_of_a_missing_one_is_not_missing() {
        HostShell.Result result =
                said("directory:/srv\n", "stat: cannot statx '/srv/missing': No such file or directory\n");

        assertThat(ShellWatch.parse(Set.of("/srv", "/srv/missing"), result))
                .isEqualTo(Map.of("/srv", PathKind.Other, "/srv/missing", PathKind.Missing));
    }

    @Test
    void a_colon_in_a_path_does_not_end_it() {
        assertThat(ShellWatch.parse(Set.of("/srv/a:b"), said("regular file:/srv/a:b\n", "")))
                .isEqualTo(Map.of("/srv/a:b", PathKind.File));
    }

    @Test
    void paths_that_nobody_asked_for_and_noise_are_left_out() {
        assertThat(ShellWatch.parse(
                        Set.of("/srv/x"), said("Welcome to host1\nregular file:/etc/passwd\n:\n", "warning: x\n")))
                .isEmpty();
    }

    private static HostShell.Result said(String output, String errors) {
        return new HostShell.Result(errors.isEmpty() ? 0 : 1, output, errors);
    }
}
