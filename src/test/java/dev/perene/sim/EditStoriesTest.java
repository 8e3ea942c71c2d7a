package dev.perene.sim;

import static dev.perene.sim.Vm.vm;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perene.api.VirtualMachineSpec.RunStrategy;
import dev.perene.port.LiveEdit;
import dev.perene.port.ShellObservation.PathKind;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stories of a spec that is edited while the guest runs, and of a guest that somebody else changes. */
class EditStoriesTest extends Story {
    private SimulatedHost host1;
    private Replica operator;

    @BeforeEach
    void aRunningVm() {
        host1 = cluster.host("host1", 4);
        cluster.host("host2", 2);
        operator = cluster.operator("operator-1");
        cluster.declare(vm("till"));
        seconds(10);
        host1.path("/dev/shared/data", PathKind.BlockDevice);
        host1.path("/srv/install.iso", PathKind.File);
        host1.path("/srv/rescue.iso", PathKind.File);
    }

    @Test
    void more_cores_without_headroom_wait_for_a_restart() {
        cluster.spec("till", "2 cores", spec -> cpu(spec).put("cores", 2));
        seconds(5);
        assertThat(cluster.condition("till", "RestartRequired")).isEqualTo("spec.cpu.cores (1 becomes 2)");
        assertThat(cluster.hardware("till").cores()).isEqualTo(1);

        cluster.annotate("till", "perene.dev/restartedAt", "now");
        seconds(20);
        assertThat(cluster.condition("till", "RestartRequired")).isEmpty();
        assertThat(cluster.hardware("till").cores()).isEqualTo(2);
    }

    @Test
    void more_cores_within_the_headroom_come_at_once() {
        cluster.spec("till", "up to 4 cores", spec -> cpu(spec).put("maxCores", 4));
        seconds(2);
        assertThat(cluster.condition("till", "RestartRequired")).isEqualTo("spec.cpu.maxCores (1 becomes 4)");
        cluster.annotate("till", "perene.dev/restartedAt", "now");
        seconds(20);
        cluster.spec("till", "3 cores", spec -> cpu(spec).put("cores", 3));
        seconds(5);

        assertThat(cluster.hardware("till").cores()).isEqualTo(3);
        assertThat(cluster.condition("till", "Ready")).contains("runs on host1");
    }

    @Test
    void memory_follows_within_its_maximum() {
        cluster.spec("till", "up to 1Gi", spec -> memory(spec).put("maxSize", "1Gi"));
        cluster.annotate("till", "perene.dev/restartedAt", "now");
        seconds(20);
        cluster.spec("till", "768Mi", spec -> memory(spec).put("size", "768Mi"));
        seconds(5);

        assertThat(cluster.hardware("till").memoryBytes()).isEqualTo(768L << 20);
        assertThat(cluster.condition("till", "Ready")).isNotEmpty();
    }

    @Test
    void a_new_disk_and_a_new_interface_are_plugged_in() {
        cluster.spec("till", "a second disk and a second interface", spec -> {
            disk(spec, "data", "/dev/shared/data");
            spec.withArray("interfaces").addObject().put("name", "backup").put("bridge", "br0");
        });
        seconds(5);

        assertThat(cluster.hardware("till").disks()).hasSize(2);
        assertThat(cluster.hardware("till").interfaces()).hasSize(2);
        assertThat(cluster.condition("till", "Ready")).isNotEmpty();
    }

    @Test
    void another_cd_is_put_into_the_drive() {
        cluster.strategy("till", RunStrategy.Halted);
        seconds(10);
        cluster.spec("till", "a CD", spec -> {
            spec.put("runStrategy", "Always");
            ObjectNode cd = spec.withArray("disks").addObject().put("name", "cd");
            cd.putObject("cdrom").put("path", "/srv/install.iso");
        });
        seconds(10);
        cluster.spec("till", "another CD", spec -> ((ObjectNode)
                        spec.withArray("disks").get(1).get("cdrom"))
                .put("path", "/srv/rescue.iso"));
        seconds(5);

        assertThat(cluster.hardware("till").disks().getLast().location()).isEqualTo("/srv/rescue.iso");
        assertThat(cluster.condition("till", "Ready")).isNotEmpty();
    }

    @Test
    void what_libvirt_refuses_to_change_is_told_and_not_tried_again() {
        host1.libvirt().next("edit", Fault.outOfMemory(), 1);
        cluster.spec("till", "a second disk", spec -> disk(spec, "data", "/dev/shared/data"));
        seconds(30);

        assertThat(cluster.hardware("till").disks()).hasSize(1);
        assertThat(cluster.condition("till", "Stalled")).contains("refused to change them now", "restart");
    }

    @Test
    void a_definition_that_libvirt_refuses_is_told_and_tried_again() {
        host1.libvirt().next("define", Fault.outOfMemory(), 2);
        cluster.spec("till", "a second disk", spec -> disk(spec, "data", "/dev/shared/data"));
        seconds(1);
        assertThat(cluster.printable("till")).isEqualTo("DefinitionRefused");
        seconds(10);

        assertThat(cluster.hardware("till").disks()).hasSize(2);
        assertThat(cluster.condition("till", "Ready")).isNotEmpty();
    }

    @Test
    void a_disk_that_the_hosts_admin_does_not_allow_is_not_plugged_in() {
        host1.path("/etc/shadow", PathKind.File);
        cluster.spec("till", "a disk of the host's own", spec -> {
            ObjectNode disk = spec.withArray("disks").addObject().put("name", "data");
            disk.putObject("shared").put("path", "/etc/shadow");
        });
        seconds(5);

        assertThat(cluster.hardware("till").disks()).hasSize(1);
        assertThat(cluster.condition("till", "Stalled")).contains("/etc/shadow is not within its allowed.paths");
    }

    @Test
    void a_disk_and_an_interface_that_go_wait_for_a_restart() {
        cluster.spec("till", "no interface", spec -> spec.putArray("interfaces"));
        seconds(5);

        assertThat(cluster.hardware("till").interfaces()).hasSize(1);
        assertThat(cluster.condition("till", "RestartRequired")).startsWith("spec.interfaces (52:54:00");
    }

    @Test
    void an_edit_that_is_taken_back_needs_no_restart() {
        cluster.spec("till", "2 cores", spec -> cpu(spec).put("cores", 2));
        seconds(5);
        cluster.spec("till", "1 core", spec -> cpu(spec).put("cores", 1));
        seconds(5);

        assertThat(cluster.condition("till", "RestartRequired")).isEmpty();
        assertThat(cluster.condition("till", "Ready")).isNotEmpty();
    }

    @Test
    void an_edit_survives_the_operators_death() {
        operator.process().killAt("libvirt define");
        cluster.spec("till", "a second disk", spec -> disk(spec, "data", "/dev/shared/data"));
        seconds(2);
        cluster.operator("operator-2");
        seconds(20);

        assertThat(cluster.hardware("till").disks()).hasSize(2);
    }

    @Test
    void a_definition_that_somebody_edits_is_repaired() {
        cluster.byHand("virsh edit", () -> host1.libvirt()
                .define(
                        """
                <domain type="kvm"><name>perene-%1$s</name><uuid>%1$s</uuid>
                <metadata><perene:virtualmachine xmlns:perene="https://perene.dev/domain/1"
                 uid="%1$s" namespace="shop" name="till"/></metadata>
                <memory unit="MiB">4096</memory><os><type>hvm</type></os></domain>
                """
                                .formatted(cluster.uid("till"))));
        seconds(5);
        cluster.byHand("virsh destroy", () -> host1.libvirt().destroy(cluster.uid("till")));
        seconds(10);

        assertThat(cluster.hardware("till").maxMemoryBytes()).isEqualTo(512L << 20);
    }

    @Test
    void hardware_that_somebody_plugs_in_is_told() {
        cluster.byHand("virsh attach-disk --live", () -> host1.libvirt()
                .edit(
                        cluster.uid("till"),
                        new LiveEdit.Attach("<disk type=\"block\"><source dev=\"/dev/shared/data\"/>"
                                + "<target dev=\"vdz\" bus=\"virtio\"/></disk>")));
        seconds(5);

        assertThat(cluster.condition("till", "RestartRequired"))
                .isEqualTo("spec.disks (vdz with /dev/shared/data goes, it is not declared)");
    }

    @Test
    void a_domain_that_somebody_renames_is_started_under_its_new_name() {
        cluster.strategy("till", RunStrategy.Halted);
        seconds(10);
        cluster.byHand("virsh domrename", () -> host1.libvirt().rename(cluster.uid("till"), "old-till"));
        cluster.strategy("till", RunStrategy.Always);
        seconds(10);

        assertThat(cluster.whereItRuns("till")).contains("host1");
    }

    private static ObjectNode cpu(ObjectNode spec) {
        return (ObjectNode) spec.get("cpu");
    }

    private static ObjectNode memory(ObjectNode spec) {
        return (ObjectNode) spec.get("memory");
    }

    private static void disk(ObjectNode spec, String name, String device) {
        ObjectNode disk = spec.withArray("disks").addObject().put("name", name);
        disk.putObject("shared").put("device", device);
    }
}
