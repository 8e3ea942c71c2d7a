package dev.perene.sim;

import static dev.perene.sim.Vm.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stories of hosts that fail or change. */
class HostStoriesTest extends Story {
    private SimulatedHost host1;
    private SimulatedHost host2;

    @BeforeEach
    void twoHosts() {
        host1 = cluster.host("host1", 4);
        host2 = cluster.host("host2", 2);
        cluster.operator("operator-1");
        seconds(2);
    }

    private void tillRunsOnHost1() {
        cluster.declare(vm("till"));
        seconds(8);
        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void a_host_that_loses_its_power_keeps_its_vms_to_itself_until_it_is_back() {
        tillRunsOnHost1();
        host1.powerOff();
        seconds(30);
        assertThat(cluster.printable("till")).isEqualTo("Unknown");
        assertThat(cluster.whereItRuns("till")).isEmpty();
        host1.powerOn();
        seconds(40);

        assertThat(cluster.whereItRuns("till")).contains("host1");
        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_host_that_loses_its_power_just_before_the_start_gets_the_vm_when_it_is_back() {
        host1.powerOff();
        cluster.declare(vm("till"));
        seconds(20);
        assertThat(cluster.status("till").hostName()).isEqualTo("host1");
        host1.powerOn();
        seconds(40);

        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void a_host_that_loses_its_power_during_the_start_gets_the_vm_again_when_it_is_back() {
        host1.libvirt().startTakes(Duration.ofSeconds(4));
        cluster.declare(vm("till"));
        seconds(2);
        host1.powerOff();
        seconds(20);
        assertThat(cluster.whereItRuns("till")).isEmpty();
        host1.powerOn();
        seconds(50);

        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void a_host_known_to_be_off_gets_no_new_vm() {
        host1.powerOff();
        seconds(10);
        cluster.declare(vm("till"));
        seconds(10);

        assertThat(cluster.whereItRuns("till")).contains("host2");
    }

    @Test
    void a_cut_off_host_runs_its_vms_on_and_nothing_is_started_elsewhere() {
        tillRunsOnHost1();
        host1.linked(false);
        seconds(60);
        assertThat(cluster.printable("till")).isEqualTo("Unknown");
        host1.linked(true);
        seconds(15);

        assertThat(cluster.whereItRuns("till")).contains("host1");
        assertThat(cluster.status("till").restarts()).isZero();
    }

    @Test
    void a_blink_of_the_link_is_no_event() {
        tillRunsOnHost1();
        host1.linked(false);
        seconds(1);
        host1.linked(true);
        seconds(10);

        assertThat(cluster.printable("till")).isEqualTo("Running");
        assertThat(cluster.status("till").restarts()).isZero();
    }

    @Test
    void a_vm_that_stops_while_its_host_is_cut_off_is_started_when_the_host_is_back() {
        tillRunsOnHost1();
        host1.linked(false);
        seconds(10);
        cluster.says("QEMU is killed");
        host1.guests().kill(cluster.uid("till"));
        seconds(10);
        host1.linked(true);
        seconds(20);

        assertThat(cluster.whereItRuns("till")).contains("host1");
        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_restart_of_libvirtd_does_not_look_like_stopped_vms() {
        tillRunsOnHost1();
        host1.libvirt().stop();
        seconds(3);
        host1.libvirt().start();
        seconds(12);

        assertThat(cluster.printable("till")).isEqualTo("Running");
        assertThat(cluster.status("till").restarts()).isZero();
    }

    @Test
    void while_libvirtd_is_gone_the_host_answers_and_says_so() {
        tillRunsOnHost1();
        host1.libvirt().stop();
        seconds(20);
        assertThat(Conditions.is(
                        cluster.hypervisor("host1").orElseThrow().getStatus().conditions(),
                        "Reachable",
                        ConditionStatus.True))
                .isTrue();
        assertThat(cluster.printable("till")).isEqualTo("Unknown");
        host1.libvirt().start();
        seconds(15);

        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_qemu_that_dies_while_libvirtd_is_away_is_started_again() {
        tillRunsOnHost1();
        host1.libvirt().stop();
        seconds(1);
        cluster.says("QEMU is killed");
        host1.guests().kill(cluster.uid("till"));
        seconds(3);
        host1.libvirt().start();
        seconds(12);

        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void a_frozen_libvirtd_is_no_dead_host() {
        tillRunsOnHost1();
        host1.libvirt().freeze();
        seconds(30);
        assertThat(cluster.printable("till")).isEqualTo("Unknown");
        host1.libvirt().thaw();
        seconds(20);

        assertThat(cluster.printable("till")).isEqualTo("Running");
        assertThat(cluster.status("till").restarts()).isZero();
    }

    @Test
    void a_stuck_libvirtd_makes_its_vms_unknown_and_holds_up_nobody_else() {
        tillRunsOnHost1();
        cluster.declare(vm("desk").onlyOn("host2"));
        seconds(8);
        host1.libvirt().stick();
        seconds(12);
        cluster.says("desk's QEMU is killed");
        host2.guests().kill(cluster.uid("desk"));
        seconds(2);
        assertThat(cluster.printable("till")).isEqualTo("Unknown");
        assertThat(cluster.printable("desk")).isEqualTo("Running");
        host1.libvirt().thaw();
        seconds(10);

        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_slow_host_does_not_slow_down_a_healthy_one() {
        host1.libvirt().latency(Duration.ofSeconds(1));
        cluster.declare(vm("till").onlyOn("host1"));
        cluster.declare(vm("desk").onlyOn("host2"));
        seconds(1);
        assertThat(cluster.printable("desk")).isEqualTo("Running");
        seconds(30);

        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void a_host_without_ssh_is_reported_and_its_vms_run_on() {
        tillRunsOnHost1();
        host1.shell(false);
        seconds(30);
        assertThat(Conditions.is(
                        cluster.hypervisor("host1").orElseThrow().getStatus().conditions(),
                        Conditions.READY,
                        ConditionStatus.True))
                .isFalse();
        assertThat(cluster.printable("till")).isEqualTo("Running");
        host1.shell(true);
        seconds(30);

        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_host_that_refuses_the_operators_key_says_so() {
        tillRunsOnHost1();
        host1.refuse(true);
        host1.libvirt().stop();
        host1.libvirt().start();
        seconds(20);
        assertThat(cluster.hypervisor("host1")
                        .flatMap(host -> Conditions.of(host.getStatus().conditions(), Conditions.READY))
                        .orElseThrow()
                        .reason())
                .isEqualTo("Unauthorized");
        host1.refuse(false);
        seconds(20);

        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_machine_that_is_declared_twice_counts_once() {
        tillRunsOnHost1();
        cluster.says("host1 is declared again as host3");
        cluster.declareHost("host3", "host1");
        seconds(20);

        assertThat(cluster.printable("till")).isEqualTo("Running");
        assertThat(cluster.hypervisor("host3")
                        .flatMap(host -> Conditions.of(host.getStatus().conditions(), Conditions.READY))
                        .orElseThrow()
                        .reason())
                .isEqualTo("DuplicateMachine");
    }

    @Test
    void a_declared_host_that_nobody_can_reach_holds_up_nothing() {
        cluster.machine("host3", 16).powerOff();
        cluster.declareHost("host3");
        seconds(5);
        cluster.declare(vm("till"));
        seconds(5);

        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void a_thousand_events_at_once_end_in_one_running_guest() {
        tillRunsOnHost1();
        cluster.says("somebody suspends and resumes it five hundred times");
        cluster.transcript().muted(() -> {
            for (int round = 0; round < 500; round++) {
                host1.guests().suspend(cluster.uid("till"));
                host1.guests().resume(cluster.uid("till"));
            }
        });
        long before = cluster.store().writes();
        seconds(5);

        assertThat(cluster.printable("till")).isEqualTo("Running");
        assertThat(cluster.store().writes() - before).isLessThan(5);
    }
}
