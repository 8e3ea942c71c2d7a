package dev.perene.sim;

import static dev.perene.sim.Vm.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.Condition;
import dev.perene.api.Conditions;
import dev.perene.api.VirtualMachineSpec.RunStrategy;
import dev.perene.port.FileContent;
import dev.perene.port.HostFile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stories of VMs with UEFI, whose variables must never be lost and never be others'. */
class FirmwareStoriesTest extends Story {
    private static final FileContent WRITTEN =
            FileContent.of("what the guest's boot loader wrote".getBytes(StandardCharsets.UTF_8));

    private SimulatedHost host1;
    private SimulatedHost host2;
    private Replica operator;

    @BeforeEach
    void threeHosts() {
        host1 = cluster.host("host1", 4);
        host2 = cluster.host("host2", 2);
        cluster.host("host3", 1);
        operator = cluster.operator("operator-1");
        seconds(2);
    }

    private HostFile variables() {
        return new HostFile(cluster.uid("till"), HostFile.Kind.Nvram);
    }

    private Optional<FileContent> variablesOn(String host) {
        return cluster.host(host).folder().file(variables());
    }

    private void runsOn(String host) {
        assertThat(cluster.whereItRuns("till")).hasValue(host);
        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    /** A VM that ran on host1, where its guest wrote variables, and is down. */
    private void downOnHost1() {
        cluster.declare(vm("till").uefi().shutdownSeconds(5));
        seconds(10);
        runsOn("host1");
        host1.folder().write(variables(), WRITTEN);
        cluster.strategy("till", RunStrategy.Halted);
        seconds(10);
        assertThat(cluster.whereItRuns("till")).isEmpty();
    }

    private void mayRunOnlyOn(String... hosts) {
        cluster.edit(vm("till").uefi().onlyOn(hosts).shutdownSeconds(5));
    }

    private void onlyOnHost2IsLeft() {
        assertThat(variablesOn("host2")).hasValue(WRITTEN);
        assertThat(host1.folder().count()).isZero();
        assertThat(host1.libvirt().domains()).isEmpty();
    }

    @Test
    void a_uefi_vm_keeps_its_variables_when_its_qemu_dies() {
        cluster.declare(vm("till").uefi());
        seconds(10);
        host1.folder().write(variables(), WRITTEN);
        host1.guests().kill(cluster.uid("till"));
        seconds(10);

        runsOn("host1");
        assertThat(variablesOn("host1")).hasValue(WRITTEN);
    }

    @Test
    void a_uefi_vm_takes_its_variables_to_another_host() {
        downOnHost1();
        mayRunOnlyOn("host2");
        seconds(10);

        runsOn("host2");
        onlyOnHost2IsLeft();
    }

    @Test
    void a_deleted_uefi_vm_leaves_no_variables_behind() {
        downOnHost1();
        cluster.deleteVm("till");
        seconds(10);

        assertThat(cluster.machine("till")).isEmpty();
        assertThat(host1.folder().count()).isZero();
    }

    @Test
    void an_operator_that_dies_while_variables_are_carried_leaves_them_to_the_next() {
        downOnHost1();
        host2.libvirt().next("define", new Fault.Slow(Duration.ofSeconds(5)), 1);
        mayRunOnlyOn("host2");
        seconds(2);
        assertThat(variablesOn("host1")).hasValue(WRITTEN);
        assertThat(variablesOn("host2")).hasValue(WRITTEN);
        cluster.kill(operator);
        seconds(1);
        cluster.operator("operator-2");
        seconds(15);

        runsOn("host2");
        onlyOnHost2IsLeft();
    }

    @Test
    void variables_that_were_carried_are_not_lost_when_a_third_host_is_chosen() {
        downOnHost1();
        host1.libvirt().next("undefine", new Fault.Slow(Duration.ofSeconds(5)), 1);
        mayRunOnlyOn("host2");
        seconds(2);
        assertThat(host1.folder().count()).isZero();
        cluster.kill(operator);
        mayRunOnlyOn("host3");
        seconds(6);
        cluster.operator("operator-2");
        seconds(15);

        runsOn("host3");
        assertThat(variablesOn("host3")).hasValue(WRITTEN);
        assertThat(host1.folder().count() + host2.folder().count()).isZero();
        assertThat(host1.libvirt().domains()).isEmpty();
        assertThat(host2.libvirt().domains()).isEmpty();
    }

    @Test
    void a_change_of_mind_in_the_middle_of_a_move_keeps_the_variables_where_they_are() {
        downOnHost1();
        host1.libvirt().next("removeFiles", Fault.refused("cannot unlink file: Read-only file system"), 3);
        mayRunOnlyOn("host2");
        seconds(2);
        mayRunOnlyOn("host1");
        seconds(15);

        runsOn("host1");
        assertThat(variablesOn("host1")).hasValue(WRITTEN);
        assertThat(host2.folder().count()).isZero();
        assertThat(host2.libvirt().domains()).isEmpty();
    }

    @Test
    void an_old_host_that_falls_silent_in_the_middle_of_a_move_is_waited_for() {
        downOnHost1();
        host2.libvirt().next("putFile", Fault.refused("No space left on device"), 4);
        mayRunOnlyOn("host2");
        seconds(2);
        host1.linked(false);
        seconds(20);
        assertThat(cluster.printable("till")).isEqualTo("Unknown");
        assertThat(cluster.whereItRuns("till")).isEmpty();
        host1.linked(true);
        seconds(30);

        runsOn("host2");
        onlyOnHost2IsLeft();
    }

    @Test
    void a_new_host_that_falls_silent_in_the_middle_of_a_move_loses_nothing() {
        downOnHost1();
        mayRunOnlyOn("host2", "host3");
        host2.libvirt().next("putFile", new Fault.CallLost(), 1);
        host2.linked(false);
        seconds(20);

        runsOn("host3");
        assertThat(variablesOn("host3")).hasValue(WRITTEN);
    }

    @Test
    void a_new_host_that_falls_silent_once_it_has_the_variables_is_waited_for() {
        downOnHost1();
        host1.libvirt().next("undefine", new Fault.Slow(Duration.ofSeconds(3)), 1);
        mayRunOnlyOn("host2", "host3");
        seconds(1);
        host2.linked(false);
        seconds(20);
        assertThat(cluster.printable("till")).isEqualTo("Unknown");
        assertThat(cluster.whereItRuns("till")).isEmpty();
        host2.linked(true);
        seconds(20);

        runsOn("host2");
        onlyOnHost2IsLeft();
    }

    @Test
    void a_host_without_the_firmware_is_named_and_the_start_tried_again() {
        host1.firmware(false);
        cluster.declare(vm("till").uefi().onlyOn("host1"));
        seconds(5);
        assertThat(cluster.printable("till")).isEqualTo("StartFailed");
        assertThat(Conditions.of(cluster.status("till").conditions(), Conditions.READY)
                        .map(Condition::message))
                .get()
                .asString()
                .contains("UEFI", "ovmf");
        host1.firmware(true);
        seconds(15);

        runsOn("host1");
    }
}
