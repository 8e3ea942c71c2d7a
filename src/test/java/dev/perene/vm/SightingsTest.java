package dev.perene.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.Condition.ConditionStatus;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SightingsTest {
    private static final UUID TILL = Situations.TILL;

    private final Sightings sightings = new Sightings();

    @Test
    void a_guest_runs_since_it_was_first_seen_to() {
        note(ConditionStatus.True, 0, 100);

        assertThat(note(ConditionStatus.True, 0, 150).since()).isEqualTo(seconds(100));
    }

    @Test
    void a_silence_is_a_break() {
        note(ConditionStatus.True, 0, 100);
        note(ConditionStatus.Unknown, 0, 120);

        assertThat(note(ConditionStatus.True, 0, 130).since()).isEqualTo(seconds(130));
    }

    @Test
    void a_restart_that_another_operator_counted_is_a_break() {
        note(ConditionStatus.True, 0, 100);
        sightings.wrote(TILL, 0, true, seconds(110));

        Sighting after = note(ConditionStatus.True, 1, 400);

        assertThat(after.since()).isEqualTo(seconds(400));
        assertThat(after.startDecided()).isEmpty();
    }

    @Test
    void a_restart_of_our_own_is_known() {
        note(ConditionStatus.False, 0, 100);
        sightings.wrote(TILL, 1, true, seconds(110));

        Sighting after = note(ConditionStatus.False, 1, 120);

        assertThat(after)
                .isEqualTo(new Sighting(ConditionStatus.False, seconds(100), java.util.Optional.of(seconds(110))));
    }

    @Test
    void a_vm_that_is_gone_is_forgotten() {
        note(ConditionStatus.True, 0, 100);
        sightings.forget(TILL);

        assertThat(note(ConditionStatus.True, 0, 200).since()).isEqualTo(seconds(200));
    }

    private Sighting note(ConditionStatus runs, int restarts, int second) {
        return sightings.note(TILL, runs, restarts, seconds(second));
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }
}
