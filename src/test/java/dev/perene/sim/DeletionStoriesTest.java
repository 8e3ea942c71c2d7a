package dev.perene.sim;

import static dev.perene.sim.Vm.vm;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stories of VMs and hosts that are deleted, in every state. */
class DeletionStoriesTest extends Story {
    private SimulatedHost host1;

    @BeforeEach
    void twoHosts() {
        host1 = cluster.host("host1", 4);
        cluster.host("host2", 2);
        cluster.operator("operator-1");
        seconds(2);
    }

    private void nothingIsLeft() {
        assertThat(cluster.machine("till")).isEmpty();
        cluster.hosts().values().forEach(host -> assertThat(host.libvirt().domains())
                .isEmpty());
    }

    @Test
    void a_deleted_vm_is_shut_down_and_removed() {
        cluster.declare(vm("till"));
        seconds(10);
        cluster.deleteVm("till");
        seconds(10);

        nothingIsLeft();
    }

    @Test
    void a_vm_deleted_while_it_starts_is_removed() {
        host1.libvirt().startTakes(Duration.ofSeconds(3));
        cluster.declare(vm("till").shutdownSeconds(20));
        seconds(1);
        cluster.deleteVm("till");
        seconds(40);

        nothingIsLeft();
    }

    @Test
    void a_vm_deleted_before_anything_happened_is_removed() {
        cluster.declare(vm("till"));
        cluster.deleteVm("till");
        seconds(10);

        nothingIsLeft();
    }

    @Test
    void a_halted_vm_is_removed() {
        cluster.declare(vm("till").halted());
        seconds(5);
        cluster.deleteVm("till");
        seconds(5);

        nothingIsLeft();
    }

    @Test
    void a_paused_vm_is_ended_and_removed() {
        cluster.declare(vm("till"));
        seconds(10);
        cluster.byHand("virsh suspend", () -> host1.guests().suspend(cluster.uid("till")));
        seconds(1);
        cluster.deleteVm("till");
        seconds(10);

        nothingIsLeft();
    }

    @Test
    void a_vm_that_fits_nowhere_is_removed() {
        cluster.declare(vm("till").memory("64Gi"));
        seconds(5);
        cluster.deleteVm("till");
        seconds(5);

        nothingIsLeft();
    }

    @Test
    void a_vm_whose_start_fails_is_removed() {
        host1.libvirt().next("start", Fault.outOfMemory(), 99);
        cluster.declare(vm("till"));
        seconds(5);
        cluster.deleteVm("till");
        seconds(15);

        nothingIsLeft();
    }

    @Test
    void a_vm_deleted_while_its_host_is_away_waits_for_the_host() {
        cluster.declare(vm("till"));
        seconds(10);
        host1.linked(false);
        seconds(10);
        cluster.deleteVm("till");
        seconds(20);
        assertThat(cluster.printable("till")).isEqualTo("Terminating");
        host1.linked(true);
        seconds(30);

        nothingIsLeft();
    }

    @Test
    void a_deaf_guest_is_ended_and_removed() {
        host1.guests().behave(GuestBehaviour.POLITE.deaf());
        cluster.declare(vm("till").shutdownSeconds(15));
        seconds(10);
        cluster.deleteVm("till");
        seconds(30);

        nothingIsLeft();
    }

    @Test
    void a_foreign_domain_outlives_the_vm_that_has_its_uuid() {
        cluster.declare(vm("till").halted());
        seconds(5);
        cluster.byHand("a domain without tag takes the UUID", () -> host1.libvirt()
                .define("<domain type='kvm'><name>mine</name><uuid>" + cluster.uid("till")
                        + "</uuid><memory>65536</memory><os><type>hvm</type></os></domain>"));
        seconds(5);
        cluster.deleteVm("till");
        seconds(10);

        assertThat(cluster.machine("till")).isEmpty();
        assertThat(host1.libvirt().domains()).hasSize(1);
    }

    @Test
    void a_host_that_still_runs_vms_is_kept_until_they_are_gone() {
        cluster.declare(vm("till").onlyOn("host1"));
        seconds(10);
        cluster.delete("Hypervisor host1");
        seconds(10);
        assertThat(cluster.hypervisor("host1")).isPresent();
        cluster.deleteVm("till");
        seconds(30);

        assertThat(cluster.hypervisor("host1")).isEmpty();
    }

    @Test
    void an_empty_host_goes_at_once() {
        cluster.delete("Hypervisor host2");
        seconds(5);

        assertThat(cluster.hypervisor("host2")).isEmpty();
    }
}
