package dev.perene.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.Condition;
import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.HAPolicyStatus;
import dev.perene.api.Violation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HAPolicyPlannerTest {

    @ParameterizedTest
    @CsvSource({
        // marked, the one that counts, others, status, reason
        "false, ,      ,            False, NotMarked",
        "false, other, other,       False, NotMarked",
        "true,  usual, ,            True,  MarkedDefault",
        "true,  usual, 'old older', True,  NewestDefault",
        "true,  other, other,       False, NewerDefault",
    })
    void the_condition_default_says_for_whom_it_counts(
            boolean marked, String winner, String others, ConditionStatus status, String reason) {
        HAPolicyStatus next = HAPolicyPlanner.decide(situation(
                marked,
                Optional.ofNullable(winner),
                others == null ? List.of() : List.of(others.split(" ")),
                List.of(),
                HAPolicyStatus.UNTOUCHED));

        Condition standing = condition(next, "Default");
        assertThat(standing.status()).isEqualTo(status);
        assertThat(standing.reason()).isEqualTo(reason);
        if (marked && others != null) {
            assertThat(standing.message()).contains(others.split(" "));
        }
        assertThat(condition(next, Conditions.READY).status()).isEqualTo(ConditionStatus.True);
        assertThat(next.virtualMachines()).isEqualTo(4);
        assertThat(next.observedGeneration()).isEqualTo(2);
    }

    @Test
    void an_invalid_policy_is_stalled_and_names_the_field() {
        HAPolicyStatus next = HAPolicyPlanner.decide(situation(
                false,
                Optional.empty(),
                List.of(),
                List.of(new Violation("spec.restart.attempts", "too low")),
                HAPolicyStatus.UNTOUCHED));

        assertThat(condition(next, Conditions.STALLED).status()).isEqualTo(ConditionStatus.True);
        assertThat(condition(next, Conditions.READY).message()).isEqualTo("spec.restart.attempts: too low");
    }

    @Test
    void a_second_look_changes_nothing() {
        HAPolicyStatus first = HAPolicyPlanner.decide(
                situation(true, Optional.of("usual"), List.of(), List.of(), HAPolicyStatus.UNTOUCHED));

        assertThat(HAPolicyPlanner.decide(situation(true, Optional.of("usual"), List.of(), List.of(), first)))
                .isEqualTo(first);
    }

    private static HAPolicyPlanner.Situation situation(
            boolean marked,
            Optional<String> winner,
            List<String> others,
            List<Violation> violations,
            HAPolicyStatus status) {
        return new HAPolicyPlanner.Situation(
                "usual", 2L, violations, status, marked, winner, others, 4, Situations.WALL_CLOCK);
    }

    private static Condition condition(HAPolicyStatus status, String type) {
        return Conditions.of(status.conditions(), type).orElseThrow();
    }
}
