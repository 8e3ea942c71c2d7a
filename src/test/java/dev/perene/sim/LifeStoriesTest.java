package dev.perene.sim;

import static dev.perene.sim.Vm.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.VirtualMachineSpec.RunStrategy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stories of one VM that lives undisturbed by its hosts. */
class LifeStoriesTest extends Story {
    @BeforeEach
    void twoHosts() {
        cluster.host("host1", 4);
        cluster.host("host2", 2);
        cluster.operator("operator-1");
        seconds(2);
    }

    @Test
    void a_declared_vm_runs_on_the_host_with_the_most_free_memory() {
        cluster.declare(vm("till"));
        seconds(3);

        assertThat(cluster.whereItRuns("till")).contains("host1");
        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_halted_vm_is_asked_to_shut_down_and_stays_down() {
        cluster.declare(vm("till"));
        seconds(10);
        cluster.strategy("till", RunStrategy.Halted);
        seconds(10);

        assertThat(cluster.whereItRuns("till")).isEmpty();
        assertThat(cluster.printable("till")).isEqualTo("Stopped");
    }
}
