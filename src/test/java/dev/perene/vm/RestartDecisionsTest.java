package dev.perene.vm;

import static dev.perene.vm.Situations.NOW;
import static dev.perene.vm.Situations.TILL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.Condition;
import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.HAPolicySpec.Restart;
import dev.perene.api.VirtualMachineSpec.RunStrategy;
import dev.perene.api.VirtualMachineStatus.Guest;
import dev.perene.port.CommandProgress;
import dev.perene.port.DomainCommand;
import dev.perene.port.DomainState;
import dev.perene.port.LibvirtFailure;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which ends of a guest count as restarts, and what happens when there were too many. */
class RestartDecisionsTest {
    private static final Restart POLICY = new Restart(3, 10, 300);
    private static final DomainCommand START = new DomainCommand.Start(TILL, "<domain/>");

    @ParameterizedTest
    @CsvSource({
        // remembered of the guest, libvirt's reason, counted
        "Running,  crashed,   true",
        "Running,  unknown,   true",
        "Ended,    crashed,   true",
        "Stopping, shutdown,  false",
        "Down,     shutdown,  false",
        "Down,     crashed,   false",
        "Starting, crashed,   true",
        "Starting, shutdown,  true",
        "Starting, destroyed, true",
        "Starting, unknown,   false",
        "Starting, failed,    false",
    })
    void an_operator_that_knows_the_status_alone_counts_in_doubt(Guest guest, String reason, boolean counted) {
        Decision decision = down(reason).remembered(0, guest).decide();

        assertThat(decision.starts()).isTrue();
        assertThat(decision.status().restarts()).isEqualTo(counted ? 11 : 10);
        assertThat(decision.status().consecutiveRestarts()).isEqualTo(counted ? 1 : 0);
        assertThat(decision.status().guest()).isEqualTo(Guest.Starting);
    }

    @Test
    void a_start_that_this_operator_saw_carried_out_and_whose_guest_it_never_saw_counts() {
        Decision decision = down("crashed")
                .remembered(0, Guest.Starting)
                .startDecided(Duration.ofSeconds(5))
                .progress("host1", new CommandProgress.Done(START, NOW.minusSeconds(4), NOW.minusSeconds(4)))
                .decide();

        assertThat(decision.status().restarts()).isEqualTo(11);
    }

    @Test
    void a_start_that_this_operator_decided_and_that_was_not_carried_out_does_not_count() {
        Decision decision = down("crashed")
                .remembered(0, Guest.Starting)
                .startDecided(Duration.ofSeconds(5))
                .progress("host1", new CommandProgress.Done(START, NOW.minusSeconds(60), NOW.minusSeconds(60)))
                .decide();

        assertThat(decision.starts()).isTrue();
        assertThat(decision.status().restarts()).isEqualTo(10);
    }

    @Test
    void a_refused_start_is_repeated_without_being_counted_even_when_the_attempts_are_used_up() {
        Decision decision = down("failed")
                .remembered(3, Guest.Starting)
                .startDecided(Duration.ofSeconds(90))
                .progress(
                        "host1",
                        new CommandProgress.Failed(
                                START, NOW.minusSeconds(60), 9, LibvirtFailure.Kind.Refused, "no memory"))
                .decide();

        assertThat(decision.starts()).isTrue();
        assertThat(decision.status().consecutiveRestarts()).isEqualTo(3);
    }

    @Test
    void a_domain_that_is_being_started_has_not_run_yet() {
        Decision decision = Situations.with()
                .host("host1")
                .domain("host1", DomainState.Paused, "starting up")
                .remembered(1, Guest.Starting)
                .decide();

        assertThat(decision.status().guest()).isEqualTo(Guest.Starting);
    }

    @Test
    void the_second_restart_in_a_row_waits() {
        Decision decision = down("crashed")
                .remembered(1, Guest.Running)
                .seen(ConditionStatus.False, Duration.ofSeconds(4))
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.lookAgain()).contains(Duration.ofSeconds(6));
        assertThat(decision.status().guest()).isEqualTo(Guest.Ended);
        assertThat(decision.status().consecutiveRestarts()).isEqualTo(1);
        assertThat(condition(decision, Conditions.RECONCILING).message())
                .isEqualTo("the guest stopped (libvirt: crashed); restart 2 of 3 in a row comes 10 s after that");
    }

    @Test
    void a_wait_is_shown_in_the_same_words_until_it_is_over() {
        Decision first = down("crashed").remembered(1, Guest.Running).decide();

        Decision later = down("crashed")
                .after(first)
                .seen(ConditionStatus.False, Duration.ofSeconds(9))
                .decide();

        assertThat(later.status()).isEqualTo(first.status());
    }

    @Test
    void when_the_pause_is_over_it_is_counted_and_started() {
        Decision decision = down("crashed")
                .remembered(1, Guest.Ended)
                .seen(ConditionStatus.False, Duration.ofSeconds(10))
                .decide();

        assertThat(decision.starts()).isTrue();
        assertThat(decision.status().consecutiveRestarts()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"Always", "RerunOnFailure"})
    void after_the_last_attempt_it_stays_down_until_somebody_asks(RunStrategy strategy) {
        Situations exhausted = down("crashed").runStrategy(strategy).remembered(3, Guest.Running);
        Decision decision = exhausted.decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.lookAgain()).isEmpty();
        assertThat(condition(decision, "ManualRecoveryRequired").status()).isEqualTo(ConditionStatus.True);
        assertThat(condition(decision, Conditions.STALLED).reason()).isEqualTo("ManualRecoveryRequired");
        assertThat(condition(decision, Conditions.READY).status()).isEqualTo(ConditionStatus.False);
        assertThat(exhausted.after(decision).decide().status()).isEqualTo(decision.status());

        Decision asked =
                exhausted.after(decision).restartedAt("2026-01-01T00:00:00Z").decide();
        assertThat(asked.starts()).isTrue();
        assertThat(asked.status().consecutiveRestarts()).isZero();
        assertThat(asked.status().restarts()).isEqualTo(10);
        assertThat(condition(asked, "ManualRecoveryRequired").status()).isEqualTo(ConditionStatus.False);
    }

    @ParameterizedTest
    @CsvSource({"299, 2, 1", "300, 0, 0", "9000, 0, 0"})
    void a_guest_that_runs_long_enough_is_forgiven(int seconds, int inARow, int leftSeconds) {
        Decision decision = Situations.with()
                .host("host1")
                .domain("host1", DomainState.Running, "booted")
                .restart(POLICY)
                .remembered(2, Guest.Running)
                .seen(ConditionStatus.True, Duration.ofSeconds(seconds))
                .decide();

        assertThat(decision.status().consecutiveRestarts()).isEqualTo(inARow);
        assertThat(decision.lookAgain())
                .isEqualTo(leftSeconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(leftSeconds)));
    }

    @Test
    void what_is_remembered_of_a_guest_outlasts_the_silence_of_its_host() {
        Decision silent = Situations.with()
                .host("host1")
                .unreachable("host1")
                .restart(POLICY)
                .remembered(0, Guest.Running)
                .decide();
        assertThat(silent.status().guest()).isEqualTo(Guest.Running);
        assertThat(condition(silent, "ManualRecoveryRequired").status()).isEqualTo(ConditionStatus.Unknown);

        Decision back = down("unknown").after(silent).decide();
        assertThat(back.starts()).isTrue();
        assertThat(back.status().restarts()).isEqualTo(11);
    }

    @Test
    void a_status_that_an_older_operator_wrote_is_understood() {
        Decision running = Situations.with()
                .host("host1")
                .domain("host1", DomainState.Running, "booted")
                .decide();

        Decision decision = down("crashed").after(running).remembered(0, null).decide();

        assertThat(decision.status().restarts()).isEqualTo(11);
    }

    private static Situations down(String reason) {
        return Situations.with()
                .host("host1")
                .domain("host1", DomainState.ShutOff, reason)
                .restart(POLICY)
                .recordedOn("host1");
    }

    private static Condition condition(Decision decision, String type) {
        return Conditions.of(decision.status().conditions(), type).orElseThrow();
    }
}
