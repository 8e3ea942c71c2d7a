package dev.perene.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MachineIdentityTest {

    @Test
    void machines_that_differ_are_no_duplicates() {
        assertThat(MachineIdentity.duplicates(Map.of("host1", "a", "host2", "b"), Map.of()))
                .isEmpty();
    }

    @Test
    void the_younger_of_two_for_one_machine_is_ignored_whatever_its_name() {
        Map<String, String> machines = Map.of("a-younger", "same", "z-older", "same", "other", "own");
        Map<String, String> precedence =
                Map.of("z-older", "2026-01-01T00:00:00Z/z-older", "a-younger", "2026-01-02T00:00:00Z/a-younger");

        assertThat(MachineIdentity.duplicates(machines, precedence)).isEqualTo(Map.of("a-younger", "z-older"));
    }

    @Test
    void of_three_for_one_machine_the_oldest_alone_counts() {
        Map<String, String> machines = Map.of("one", "same", "two", "same", "three", "same");
        Map<String, String> precedence = Map.of("one", "1", "two", "2", "three", "3");

        assertThat(MachineIdentity.duplicates(machines, precedence)).isEqualTo(Map.of("two", "one", "three", "one"));
    }

    @Test
    void two_of_the_same_second_are_told_apart_by_name() {
        Map<String, String> machines = Map.of("b", "same", "a", "same");
        Map<String, String> precedence = Map.of("a", "2026-01-01T00:00:00Z/a", "b", "2026-01-01T00:00:00Z/b");

        assertThat(MachineIdentity.duplicates(machines, precedence)).isEqualTo(Map.of("b", "a"));
    }
}
