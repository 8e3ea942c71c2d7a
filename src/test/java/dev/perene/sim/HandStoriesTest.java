package dev.perene.sim;

import static dev.perene.sim.Vm.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.VirtualMachineSpec.RunStrategy;
import dev.perene.port.DomainState;
import dev.perene.port.LibvirtFailure;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stories of people who change domains behind the operator's back. */
class HandStoriesTest extends Story {
    private SimulatedHost host1;
    private SimulatedHost host2;

    @BeforeEach
    void twoHosts() {
        host1 = cluster.host("host1", 4);
        host2 = cluster.host("host2", 2);
        cluster.operator("operator-1");
        cluster.declare(vm("till"));
        seconds(10);
    }

    @Test
    void a_vm_that_somebody_destroyed_is_started_again() {
        cluster.byHand("virsh destroy", () -> host1.libvirt().destroy(cluster.uid("till")));
        seconds(3);

        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void a_vm_whose_definition_somebody_removed_runs_on() {
        cluster.byHand("virsh undefine", () -> host1.libvirt().undefine(cluster.uid("till")));
        seconds(5);

        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void a_vm_that_somebody_destroyed_and_undefined_is_defined_and_started_again() {
        cluster.byHand("virsh undefine, virsh destroy", () -> {
            host1.libvirt().undefine(cluster.uid("till"));
            host1.libvirt().destroy(cluster.uid("till"));
        });
        seconds(5);

        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void a_saved_vm_is_booted_afresh() {
        cluster.byHand("virsh managedsave", () -> host1.libvirt().save(cluster.uid("till")));
        seconds(5);

        assertThat(cluster.whereItRuns("till")).contains("host1");
        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_halted_vm_that_somebody_starts_is_stopped() {
        cluster.strategy("till", RunStrategy.Halted);
        seconds(10);
        cluster.byHand("virsh start", () -> host1.libvirt().start(cluster.uid("till")));
        seconds(20);

        assertThat(cluster.whereItRuns("till")).isEmpty();
    }

    @Test
    void a_second_copy_that_somebody_starts_is_reported_and_nothing_is_stopped() {
        cluster.byHand("virsh define and start on host2", () -> {
            host2.libvirt().define(copyOf("till"));
            host2.libvirt().start(cluster.uid("till"));
        });
        seconds(5);

        assertThat(cluster.printable("till")).isEqualTo("TwoCopies");
        assertThat(cluster.invariants().activeCopies(cluster.uid("till"))).isEqualTo(2);
    }

    @Test
    void when_the_second_copy_is_stopped_the_first_is_well_again() {
        cluster.byHand("virsh define and start on host2", () -> {
            host2.libvirt().define(copyOf("till"));
            host2.libvirt().start(cluster.uid("till"));
        });
        seconds(5);
        cluster.byHand("virsh destroy on host2", () -> host2.libvirt().destroy(cluster.uid("till")));
        seconds(5);

        assertThat(cluster.printable("till")).isEqualTo("Running");
        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    @Test
    void a_copy_that_somebody_moved_is_followed() {
        cluster.strategy("till", RunStrategy.Halted);
        seconds(10);
        cluster.strategy("till", RunStrategy.Always);
        cluster.byHand("virsh define and start on host2", () -> {
            host2.libvirt().define(copyOf("till"));
            host2.libvirt().start(cluster.uid("till"));
        });
        seconds(5);

        assertThat(cluster.whereItRuns("till")).contains("host2");
        assertThat(cluster.status("till").hostName()).isEqualTo("host2");
    }

    @Test
    void a_foreign_domain_with_the_vms_uuid_is_reported_and_never_touched() {
        cluster.strategy("till", RunStrategy.Halted);
        seconds(10);
        cluster.byHand("the tag is edited away on host1", () -> host1.libvirt().define(untagged("till")));
        seconds(3);
        assertThat(cluster.printable("till")).isEqualTo("ForeignDomain");
        cluster.strategy("till", RunStrategy.Always);
        seconds(20);

        assertThat(cluster.whereItRuns("till")).isEmpty();
    }

    @Test
    void a_running_domain_whose_definition_lost_its_tag_is_never_touched_again() {
        cluster.byHand("the tag is edited away", () -> host1.libvirt().define(untagged("till")));
        seconds(5);
        assertThat(cluster.printable("till")).isEqualTo("Running");
        cluster.byHand("virsh destroy", () -> host1.libvirt().destroy(cluster.uid("till")));
        seconds(10);

        assertThat(cluster.stateOn("host1", "till")).contains(DomainState.ShutOff);
        assertThat(cluster.printable("till")).isEqualTo("ForeignDomain");
    }

    @Test
    void a_foreign_domain_with_the_name_keeps_the_vm_from_starting() throws LibvirtFailure {
        cluster.strategy("till", RunStrategy.Halted);
        seconds(10);
        cluster.byHand("another domain takes the name", () -> {
            host1.libvirt().undefine(cluster.uid("till"));
            host1.libvirt()
                    .define(untagged("till")
                            .replace("<uuid>" + cluster.uid("till"), "<uuid>99999999-0000-4000-8000-000000000001"));
        });
        cluster.strategy("till", RunStrategy.Always);
        seconds(5);
        endsRestless();

        assertThat(cluster.printable("till")).isEqualTo("StartFailed");
    }

    private String copyOf(String vm) {
        return """
                <domain type="kvm"><name>perene-%1$s</name><uuid>%1$s</uuid>
                <metadata><perene:virtualmachine xmlns:perene="https://perene.dev/domain/1"
                 uid="%1$s" namespace="shop" name="%2$s"/></metadata>
                <memory unit="MiB">512</memory><os><type>hvm</type></os>
                <devices><disk type="block"><source dev="/dev/shared/%2$s"/></disk></devices></domain>
                """
                .formatted(cluster.uid(vm), vm);
    }

    private String untagged(String vm) {
        return copyOf(vm).replaceAll("(?s)<metadata>.*</metadata>", "");
    }
}
