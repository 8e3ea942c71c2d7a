package dev.perene.sim;

import static dev.perene.sim.Vm.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.VirtualMachineSpec.RunStrategy;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.ShellObservation.PathKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stories of hosts that refuse what they are told, or have no room or disk for it. */
class RefusalStoriesTest extends Story {
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
}
