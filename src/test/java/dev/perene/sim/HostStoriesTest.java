package dev.perene.sim;

import static dev.perene.sim.Vm.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.VirtualMachineSpec.RunStrategy;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.ShellObservation.PathKind;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stories of hosts that fail, refuse or change. */
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
    void a_start_that_is_refused_for_lack_of_memory_is_tried_again_with_growing_pauses() {
        host1.libvirt().next("start", Fault.outOfMemory(), 3);
        cluster.declare(vm("till"));
        seconds(4);
        assertThat(cluster.printable("till")).isEqualTo("StartFailed");
        seconds(10);

        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_missing_bridge_is_named_and_the_start_tried_again() {
        host1.bridge("br0", false);
        host2.bridge("br0", false);
        cluster.declare(vm("till"));
        seconds(5);
        assertThat(cluster.printable("till")).isEqualTo("StartFailed");
        host1.bridge("br0", true);
        seconds(10);

        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_locked_image_is_named_and_the_start_tried_again() {
        host1.libvirt().next("start", Fault.imageLocked(), 1);
        cluster.declare(vm("till"));
        seconds(5);

        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_definition_that_libvirt_refuses_is_reported() {
        host1.libvirt().next("define", Fault.refused("unsupported configuration: no such machine type"), 1);
        cluster.declare(vm("till"));
        seconds(1);
        assertThat(cluster.printable("till")).isEqualTo("StartFailed");
        seconds(5);

        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_start_whose_answer_is_lost_is_seen_to_have_worked() {
        host1.libvirt().next("start", new Fault.AnswerLost(), 1);
        cluster.declare(vm("till"));
        seconds(10);

        assertThat(cluster.whereItRuns("till")).contains("host1");
        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_start_that_never_arrives_is_given_again() {
        host1.libvirt().next("start", new Fault.CallLost(), 1);
        cluster.declare(vm("till"));
        seconds(10);

        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void a_shutdown_whose_answer_is_lost_is_given_again() {
        tillRunsOnHost1();
        host1.libvirt().next("shutdown", new Fault.AnswerLost(), 1);
        cluster.strategy("till", RunStrategy.Halted);
        seconds(10);

        assertThat(cluster.printable("till")).isEqualTo("Stopped");
    }

    @Test
    void a_libvirt_that_cannot_ask_the_guest_ends_it() {
        tillRunsOnHost1();
        host1.libvirt().next("shutdown", Fault.refused("internal error: unable to execute QEMU command"), 9);
        cluster.strategy("till", RunStrategy.Halted);
        seconds(20);

        assertThat(cluster.printable("till")).isEqualTo("Stopped");
    }

    @Test
    void a_destroy_that_libvirt_refuses_is_tried_again() {
        tillRunsOnHost1();
        host1.libvirt().next("destroy", Fault.refused("Failed to terminate process with SIGKILL: Device busy"), 2);
        cluster.byHand("virsh suspend", () -> host1.guests().suspend(cluster.uid("till")));
        cluster.strategy("till", RunStrategy.Halted);
        seconds(20);

        assertThat(cluster.printable("till")).isEqualTo("Stopped");
    }

    @Test
    void an_undefine_that_libvirt_refuses_is_tried_again() {
        tillRunsOnHost1();
        host1.libvirt().next("undefine", Fault.refused("cannot lock the file"), 2);
        cluster.deleteVm("till");
        seconds(30);

        assertThat(cluster.machine("till")).isEmpty();
        assertThat(host1.libvirt().domains()).isEmpty();
    }

    @Test
    void a_list_that_libvirt_refuses_makes_the_host_unknown_for_a_moment() {
        tillRunsOnHost1();
        host1.libvirt().next("domains", new Fault.Refused(LibvirtFailure.Kind.Unreachable, "an I/O error occurred"), 1);
        seconds(15);

        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_vm_that_fits_nowhere_waits_and_says_why() {
        cluster.declare(vm("till").memory("8Gi"));
        seconds(10);

        assertThat(cluster.whereItRuns("till")).isEmpty();
        assertThat(cluster.printable("till")).isEqualTo("Pending");
    }

    @Test
    void a_vm_starts_when_room_is_made_for_it() {
        cluster.declare(vm("desk").memory("3Gi"));
        seconds(5);
        cluster.declare(vm("till").memory("3Gi"));
        seconds(5);
        assertThat(cluster.printable("till")).isEqualTo("Pending");
        cluster.strategy("desk", RunStrategy.Halted);
        seconds(20);

        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void a_missing_path_is_waited_for() {
        cluster.declare(vm("till").localDisk("/srv/till.raw"));
        seconds(15);
        assertThat(cluster.whereItRuns("till")).isEmpty();
        host2.path("/srv/till.raw", PathKind.File);
        seconds(20);

        assertThat(cluster.whereItRuns("till")).contains("host2");
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
