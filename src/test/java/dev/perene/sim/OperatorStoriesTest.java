package dev.perene.sim;

import static dev.perene.sim.Vm.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.VirtualMachineSpec.RunStrategy;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stories of operators that crash, sleep or are two, and of the API server. */
class OperatorStoriesTest extends Story {
    private Replica operator;

    @BeforeEach
    void twoHosts() {
        cluster.host("host1", 4);
        cluster.host("host2", 2);
        operator = cluster.operator("operator-1");
        seconds(2);
    }

    @Test
    void a_restarted_operator_writes_nothing_when_all_is_well() {
        cluster.declare(vm("till"));
        seconds(20);
        cluster.kill(operator);
        seconds(5);
        long before = cluster.store().writes();
        cluster.operator("operator-2");
        seconds(30);

        assertThat(cluster.store().writes() - before).isZero();
    }

    @Test
    void an_operator_that_dies_during_a_start_leaves_one_copy_to_the_next() {
        cluster.host("host1").libvirt().startTakes(Duration.ofSeconds(3));
        cluster.declare(vm("till"));
        seconds(1);
        cluster.kill(operator);
        seconds(1);
        cluster.operator("operator-2");
        seconds(20);

        assertThat(cluster.whereItRuns("till")).contains("host1");
        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_vm_that_stops_while_no_operator_runs_is_started_by_the_next() {
        cluster.declare(vm("till"));
        seconds(10);
        cluster.kill(operator);
        cluster.says("QEMU is killed");
        cluster.guestsOf("till").kill(cluster.uid("till"));
        seconds(20);
        assertThat(cluster.whereItRuns("till")).isEmpty();
        cluster.operator("operator-2");
        seconds(5);

        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void two_leaders_for_a_moment_start_one_copy() {
        cluster.operator("operator-2");
        cluster.declare(vm("till"));
        seconds(10);
        cluster.kill(operator);
        seconds(5);

        assertThat(cluster.whereItRuns("till")).contains("host1");
        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_leader_that_wakes_up_late_starts_no_second_copy() {
        cluster.host("host1").libvirt().startTakes(Duration.ofSeconds(3));
        cluster.declare(vm("till"));
        cluster.runFor(Duration.ofMillis(5));
        cluster.says("operator-1 is stopped before it reads of till");
        operator.process().pause();
        cluster.operator("operator-2");
        seconds(10);
        cluster.says("operator-1 wakes up");
        operator.process().resume();
        seconds(10);
        cluster.kill(operator);

        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void without_the_api_server_running_vms_run_on_and_nothing_is_started() {
        cluster.declare(vm("till"));
        seconds(10);
        cluster.says("the API server is away");
        cluster.store().leave();
        cluster.says("QEMU is killed");
        cluster.guestsOf("till").kill(cluster.uid("till"));
        seconds(30);
        assertThat(cluster.whereItRuns("till")).isEmpty();
        cluster.says("the API server is back");
        cluster.store().comeBack();
        seconds(10);

        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void what_was_asked_for_while_the_api_server_was_away_is_done_when_it_is_back() {
        cluster.declare(vm("till"));
        seconds(10);
        cluster.says("the operator loses the API server");
        cluster.store().leave();
        seconds(5);
        cluster.strategy("till", RunStrategy.Halted);
        seconds(10);
        assertThat(cluster.whereItRuns("till")).contains("host1");
        cluster.says("the API server is back");
        cluster.store().comeBack();
        seconds(10);

        assertThat(cluster.printable("till")).isEqualTo("Stopped");
    }

    @Test
    void a_conflict_before_a_start_is_decided_anew() {
        cluster.declare(vm("till").halted());
        seconds(5);
        cluster.store().next(SimulatedStore.WriteFault.Conflict);
        cluster.strategy("till", RunStrategy.Always);
        seconds(5);

        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void a_write_whose_answer_is_lost_starts_nothing_until_it_is_known() {
        cluster.declare(vm("till").halted());
        seconds(5);
        cluster.store().next(SimulatedStore.WriteFault.AnswerLost);
        cluster.strategy("till", RunStrategy.Always);
        seconds(5);

        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void five_conflicts_in_a_row_end_in_one_start() {
        cluster.declare(vm("till").halted());
        seconds(5);
        for (int each = 0; each < 5; each++) {
            cluster.store().next(SimulatedStore.WriteFault.Conflict);
        }
        cluster.strategy("till", RunStrategy.Always);
        seconds(10);

        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void a_start_that_waited_while_its_operator_slept_is_not_carried_out() {
        cluster.host("host1").libvirt().startTakes(Duration.ofSeconds(3));
        cluster.declare(vm("desk").onlyOn("host1"));
        cluster.runFor(Duration.ofMillis(500));
        cluster.declare(vm("till"));
        cluster.runFor(Duration.ofMillis(500));
        cluster.says("operator-1 is stopped while till's start waits behind desk's");
        operator.process().pause();
        cluster.operator("operator-2");
        cluster.edit(vm("till").onlyOn("host2"));
        seconds(20);
        assertThat(cluster.whereItRuns("till")).contains("host2");
        cluster.says("operator-1 wakes up");
        operator.process().resume();
        seconds(10);
        cluster.kill(operator);

        assertThat(cluster.whereItRuns("till")).contains("host2");
    }
}
