package dev.perene.sim;

import static dev.perene.sim.Vm.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.VirtualMachineSpec.RunStrategy;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stories of a VM on hosts that are well. */
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

    @Test
    void a_vm_declared_halted_is_never_started() {
        cluster.declare(vm("till").halted());
        seconds(10);

        assertThat(cluster.whereItRuns("till")).isEmpty();
        assertThat(cluster.stateOn("host1", "till")).isEmpty();
        assertThat(cluster.printable("till")).isEqualTo("Stopped");
    }

    @Test
    void a_halted_vm_that_should_run_again_is_started() {
        cluster.declare(vm("till").halted());
        seconds(5);
        cluster.strategy("till", RunStrategy.Always);
        seconds(5);

        assertThat(cluster.whereItRuns("till")).contains("host1");
        assertThat(cluster.status("till").restarts()).isZero();
    }

    @Test
    void a_deaf_guest_is_destroyed_when_its_time_is_over() {
        cluster.host("host1").guests().behave(GuestBehaviour.POLITE.deaf());
        cluster.declare(vm("till").shutdownSeconds(30));
        seconds(10);
        cluster.strategy("till", RunStrategy.Halted);
        seconds(28);
        assertThat(cluster.whereItRuns("till")).contains("host1");
        seconds(5);

        assertThat(cluster.whereItRuns("till")).isEmpty();
        assertThat(cluster.printable("till")).isEqualTo("Stopped");
    }

    @Test
    void a_guest_that_is_still_booting_is_asked_again() {
        cluster.host("host1").guests().behave(GuestBehaviour.POLITE.bootingIn(Duration.ofSeconds(15)));
        cluster.declare(vm("till"));
        seconds(4);
        cluster.strategy("till", RunStrategy.Halted);
        seconds(30);

        assertThat(cluster.whereItRuns("till")).isEmpty();
    }

    @Test
    void without_time_to_shut_down_a_guest_is_destroyed_at_once() {
        cluster.declare(vm("till").shutdownSeconds(0));
        seconds(10);
        cluster.strategy("till", RunStrategy.Halted);
        seconds(3);

        assertThat(cluster.whereItRuns("till")).isEmpty();
    }

    @Test
    void a_guest_that_shuts_itself_down_is_started_again() {
        cluster.declare(vm("till"));
        seconds(10);
        cluster.says("the guest shuts itself down");
        cluster.guestsOf("till").shutDown(cluster.uid("till"));
        seconds(3);

        assertThat(cluster.whereItRuns("till")).contains("host1");
        assertThat(cluster.status("till").restarts()).isEqualTo(1);
    }

    @Test
    void a_killed_qemu_is_started_again_at_once() {
        cluster.declare(vm("till"));
        seconds(10);
        cluster.says("QEMU is killed");
        cluster.guestsOf("till").kill(cluster.uid("till"));
        seconds(2);

        assertThat(cluster.whereItRuns("till")).contains("host1");
        assertThat(cluster.status("till").restarts()).isEqualTo(1);
    }

    @Test
    void a_panicked_guest_is_started_again() {
        cluster.declare(vm("till"));
        seconds(10);
        cluster.says("the guest panics");
        cluster.guestsOf("till").panic(cluster.uid("till"));
        seconds(2);

        assertThat(cluster.whereItRuns("till")).contains("host1");
        assertThat(cluster.status("till").restarts()).isEqualTo(1);
    }

    @Test
    void a_crashed_domain_that_libvirt_keeps_is_destroyed_and_started_again() {
        cluster.declare(vm("till"));
        seconds(10);
        cluster.says("the guest panics, and its domain is kept");
        cluster.guestsOf("till").panicAndBeKept(cluster.uid("till"));
        seconds(5);

        assertThat(cluster.whereItRuns("till")).contains("host1");
        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_vm_paused_by_a_disk_error_is_reported_and_left_alone() {
        cluster.declare(vm("till"));
        seconds(10);
        cluster.says("its disk fails");
        cluster.guestsOf("till").stopByDiskError(cluster.uid("till"));
        seconds(10);

        assertThat(cluster.whereItRuns("till")).contains("host1");
        assertThat(cluster.printable("till")).isEqualTo("Paused");
    }

    @Test
    void a_vm_paused_by_hand_is_reported_until_it_is_resumed() {
        cluster.declare(vm("till"));
        seconds(10);
        cluster.byHand("virsh suspend", () -> cluster.guestsOf("till").suspend(cluster.uid("till")));
        seconds(5);
        assertThat(cluster.printable("till")).isEqualTo("Paused");
        cluster.byHand("virsh resume", () -> cluster.guestsOf("till").resume(cluster.uid("till")));
        seconds(5);

        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_pause_that_libvirt_ends_by_itself_alarms_nobody() {
        cluster.declare(vm("till"));
        seconds(10);
        cluster.byHand("virsh dump", () -> cluster.guestsOf("till").stopFor(cluster.uid("till"), "dumping"));
        seconds(2);
        assertThat(cluster.printable("till")).isEqualTo("Starting");
        cluster.byHand("the dump ends", () -> cluster.guestsOf("till").resume(cluster.uid("till")));
        seconds(2);

        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_guest_that_suspends_itself_is_left_asleep_until_somebody_wakes_it() {
        cluster.declare(vm("till"));
        seconds(10);
        cluster.says("the guest suspends itself");
        cluster.guestsOf("till").sleep(cluster.uid("till"));
        seconds(5);
        assertThat(cluster.printable("till")).isEqualTo("Suspended");
        cluster.byHand("virsh dompmwakeup", () -> cluster.guestsOf("till").wake(cluster.uid("till")));
        seconds(5);

        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_paused_vm_that_should_be_down_is_destroyed_since_it_cannot_be_asked() {
        cluster.declare(vm("till"));
        seconds(10);
        cluster.byHand("virsh suspend", () -> cluster.guestsOf("till").suspend(cluster.uid("till")));
        seconds(2);
        cluster.strategy("till", RunStrategy.Halted);
        seconds(3);

        assertThat(cluster.whereItRuns("till")).isEmpty();
    }

    @Test
    void states_that_qemu_never_reports_count_as_running() {
        cluster.declare(vm("till"));
        seconds(10);
        cluster.says("libvirt calls it blocked");
        cluster.guestsOf("till").seemTo(cluster.uid("till"), dev.perene.port.DomainState.Blocked);
        seconds(3);
        cluster.says("libvirt cannot say");
        cluster.guestsOf("till").seemTo(cluster.uid("till"), dev.perene.port.DomainState.NoState);
        seconds(3);

        assertThat(cluster.printable("till")).isEqualTo("Running");
        assertThat(cluster.status("till").restarts()).isZero();
    }

    @Test
    void a_qemu_that_dies_at_every_start_is_started_again_and_counted() {
        cluster.host("host1")
                .guests()
                .behave(GuestBehaviour.POLITE.ending(GuestBehaviour.End.QemuDies, Duration.ofMillis(500)));
        cluster.declare(vm("till"));
        seconds(4);
        endsRestless();

        assertThat(cluster.status("till").restarts()).isPositive();
    }
}
