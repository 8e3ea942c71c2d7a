package dev.perene.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.perene.api.Condition.ConditionStatus;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {
    private static final Instant MORNING = Instant.parse("2026-01-01T06:00:00.987Z");
    private static final Instant EVENING = Instant.parse("2026-01-01T18:00:00Z");

    @Test
    void a_condition_whose_status_stays_keeps_its_time_and_takes_the_new_words() {
        List<Condition> before =
                at(List.of(), MORNING).ready("Running", "on host1").list();

        List<Condition> after =
                at(before, EVENING).ready("Connected", "on host2").list();

        Condition ready = Conditions.of(after, "Ready").orElseThrow();
        assertThat(ready.lastTransitionTime()).isEqualTo("2026-01-01T06:00:00Z");
        assertThat(ready.reason()).isEqualTo("Connected");
        assertThat(ready.message()).isEqualTo("on host2");
    }

    @Test
    void a_condition_whose_status_changes_takes_the_present_time() {
        List<Condition> before = at(List.of(), MORNING).ready("Running", "").list();

        List<Condition> after = at(before, EVENING).stalled("NoHost", "").list();

        assertThat(after)
                .extracting(Condition::type, Condition::lastTransitionTime)
                .containsExactly(
                        tuple("Ready", "2026-01-01T18:00:00Z"),
                        tuple("Reconciling", "2026-01-01T06:00:00Z"),
                        tuple("Stalled", "2026-01-01T18:00:00Z"));
    }

    @Test
    void from_Unknown_to_False_is_a_change() {
        List<Condition> before =
                at(List.of(), MORNING).unknown("HostUnreachable", "").list();

        List<Condition> after = at(before, EVENING).reconciling("Starting", "").list();

        assertThat(Conditions.of(after, "Ready").orElseThrow().lastTransitionTime())
                .isEqualTo("2026-01-01T18:00:00Z");
    }

    @Test
    void every_verdict_is_Ready_Reconciling_and_Stalled_and_at_most_one_of_them_is_true() {
        List<List<Condition>> verdicts = List.of(
                at(List.of(), MORNING).ready("A", "").list(),
                at(List.of(), MORNING).reconciling("A", "").list(),
                at(List.of(), MORNING).stalled("A", "").list(),
                at(List.of(), MORNING).unknown("A", "").list());

        assertThat(verdicts).allSatisfy(verdict -> {
            assertThat(verdict).extracting(Condition::type).containsExactly("Ready", "Reconciling", "Stalled");
            assertThat(verdict)
                    .filteredOn(condition -> condition.status() == ConditionStatus.True)
                    .hasSize(1);
        });
        assertThat(verdicts).doesNotHaveDuplicates();
    }

    @Test
    void conditions_speak_of_the_generation_that_was_looked_at() {
        List<Condition> before = at(List.of(), MORNING).ready("Running", "").list();

        List<Condition> after =
                new Conditions(before, 2L, EVENING).ready("Running", "").list();

        assertThat(after).extracting(Condition::observedGeneration).containsOnly(2L);
        assertThat(after).extracting(Condition::lastTransitionTime).containsOnly("2026-01-01T06:00:00Z");
    }

    @Test
    void a_condition_that_nobody_has_is_neither_true_nor_false() {
        assertThat(Conditions.of(List.of(), "Ready")).isEmpty();
        assertThat(Conditions.is(List.of(), "Ready", ConditionStatus.True)).isFalse();
        assertThat(Conditions.is(List.of(), "Ready", ConditionStatus.False)).isFalse();
    }

    private static Conditions at(List<Condition> before, Instant wallClock) {
        return new Conditions(before, 1L, wallClock);
    }
}
