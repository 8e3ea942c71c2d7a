package dev.perene.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.HAPolicySpec;
import dev.perene.api.HAPolicySpec.Restart;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestartBoundTest {

    @ParameterizedTest
    @CsvSource({
        // in a row, backoffSeconds, pause
        "0,    5,    0",
        "1,    5,    5",
        "2,    5,   10",
        "3,    5,   20",
        "4,    5,   40",
        "5,    5,   60",
        "999,  5,   60",
        "1,    1,    1",
        "6,    1,   32",
        "7,    1,   60",
        "1,    0,    0",
        "50,   0,    0",
        "1,   90,   90",
        "9,   90,   90",
        "1, 3600, 3600",
        "999, 3600, 3600",
    })
    void the_pause_doubles_from_the_second_restart_on(int inARow, int backoffSeconds, int seconds) {
        RestartBound next = RestartBound.of(new Restart(1000, backoffSeconds, 300), inARow, Duration.ZERO);

        assertThat(next)
                .isEqualTo(
                        seconds == 0
                                ? new RestartBound.AtOnce()
                                : new RestartBound.Later(Duration.ofSeconds(seconds), Duration.ofSeconds(seconds)));
    }

    @ParameterizedTest
    @CsvSource({"1, 0, false", "1, 1, true", "1, 7, true", "5, 4, false", "5, 5, true", "1000, 999, false"})
    void attempts_bound_the_restarts_in_a_row(int attempts, int inARow, boolean exhausted) {
        RestartBound next = RestartBound.of(new Restart(attempts, 0, 300), inARow, Duration.ZERO);

        assertThat(next).isEqualTo(exhausted ? new RestartBound.Exhausted() : new RestartBound.AtOnce());
    }

    @Test
    void the_pause_is_counted_from_the_end_of_the_guest() {
        Restart policy = new Restart(5, 10, 300);

        assertThat(RestartBound.of(policy, 1, Duration.ofMillis(9_400)))
                .isEqualTo(new RestartBound.Later(Duration.ofSeconds(10), Duration.ofMillis(600)));
        assertThat(RestartBound.of(policy, 1, Duration.ofSeconds(10))).isEqualTo(new RestartBound.AtOnce());
    }

    @Test
    void what_is_built_in_asks_a_person_after_five_restarts() {
        assertThat(HAPolicySpec.BUILT_IN.restart()).isEqualTo(new Restart(5, 5, 300));
        assertThat(HAPolicySpec.BUILT_IN.validate()).isEmpty();
    }
}
