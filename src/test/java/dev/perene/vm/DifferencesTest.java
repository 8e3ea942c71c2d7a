package dev.perene.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.SpecEdit;
import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.Cdrom;
import dev.perene.api.VirtualMachineSpec.Cpu;
import dev.perene.api.VirtualMachineSpec.Disk;
import dev.perene.api.VirtualMachineSpec.Firmware;
import dev.perene.api.VirtualMachineSpec.Graphics;
import dev.perene.api.VirtualMachineSpec.Interface;
import dev.perene.api.VirtualMachineSpec.Memory;
import dev.perene.api.VirtualMachineSpec.RunStrategy;
import dev.perene.api.VirtualMachineSpec.Source;
import dev.perene.port.LiveEdit;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a running guest has otherwise than its VM says, and what can be done about it without a restart. */
class DifferencesTest {
    private static final VirtualMachineSpec PLAIN = Situations.spec(RunStrategy.Always, 120);
    private static final Disk SYSTEM = PLAIN.disks().getFirst();

    @Test
    void a_guest_that_is_as_its_vm_says_has_none() {
        assertThat(between(PLAIN, PLAIN)).isEmpty();
    }

    @Test
    void what_does_not_touch_the_hardware_makes_none() {
        assertThat(between(PLAIN, SpecEdit.with(PLAIN, "shutdownSeconds", 5))).isEmpty();
        assertThat(between(PLAIN, SpecEdit.with(PLAIN, "runStrategy", RunStrategy.Halted)))
                .isEmpty();
    }

    @Test
    void cores_grow_within_the_maximum_and_shrink_with_a_restart() {
        assertThat(between(cpu(1, 4), cpu(3, 4)))
                .containsExactly(edit("spec.cpu.cores", "1 becomes 3", new LiveEdit.Vcpus(3)));
        assertThat(between(cpu(3, 4), cpu(1, 4))).containsExactly(restart("spec.cpu.cores", "3 becomes 1"));
        assertThat(between(cpu(1, null), cpu(2, null))).containsExactly(restart("spec.cpu.cores", "1 becomes 2"));
        assertThat(between(cpu(1, null), cpu(1, 4))).containsExactly(restart("spec.cpu.maxCores", "1 becomes 4"));
        assertThat(between(cpu(1, 2), cpu(4, 4)))
                .containsExactly(restart("spec.cpu.maxCores", "2 becomes 4"), restart("spec.cpu.cores", "1 becomes 4"));
    }

    @Test
    void memory_changes_within_the_maximum() {
        assertThat(between(memory("1Gi", "2Gi"), memory("1536Mi", "2Gi")))
                .containsExactly(
                        edit("spec.memory.size", "1024 MiB becomes 1536 MiB", new LiveEdit.Memory(1536L << 20)));
        assertThat(between(memory("1536Mi", "2Gi"), memory("1Gi", "2Gi")))
                .containsExactly(
                        edit("spec.memory.size", "1536 MiB becomes 1024 MiB", new LiveEdit.Memory(1024L << 20)));
        assertThat(between(memory("1Gi", null), memory("2Gi", null)))
                .containsExactly(restart("spec.memory.size", "1024 MiB becomes 2048 MiB"));
    }

    @Test
    void a_disk_at_the_end_is_plugged_in_and_one_before_others_is_not() {
        Disk data = new Disk("data", new Source(null, "/dev/perene/shared2", null), null, null);

        assertThat(between(disks(SYSTEM), disks(SYSTEM, data))).singleElement().satisfies(difference -> {
            assertThat(difference.field()).isEqualTo("spec.disks[1] data");
            assertThat(difference.edit()).get().isInstanceOf(LiveEdit.Attach.class);
        });
        assertThat(between(disks(SYSTEM), disks(data, SYSTEM)))
                .extracting(Difference::toString)
                .containsExactly("spec.disks[0] data (a new disk)", "spec.disks[1] system (vda becomes vdb)");
    }

    @Test
    void a_disk_that_goes_or_lies_elsewhere_waits() {
        Disk data = new Disk("data", new Source(null, "/dev/perene/shared2", null), null, null);
        Disk moved = new Disk("system", new Source(null, "/dev/perene/shared3", null), null, null);

        assertThat(between(disks(SYSTEM, data), disks(SYSTEM)))
                .containsExactly(restart("spec.disks", "vdb with /dev/perene/shared2 goes, it is not declared"));
        assertThat(between(disks(SYSTEM), disks(moved)))
                .containsExactly(restart("spec.disks[0] system", "/dev/perene/shared1 becomes /dev/perene/shared3"));
    }

    @Test
    void a_cd_is_changed_and_a_drive_is_not_plugged_in() {
        Disk one = new Disk("cd", null, null, new Cdrom("/srv/one.iso"));
        Disk two = new Disk("cd", null, null, new Cdrom("/srv/two.iso"));

        assertThat(between(disks(SYSTEM, one), disks(SYSTEM, two)))
                .singleElement()
                .satisfies(difference -> {
                    assertThat(difference.how()).isEqualTo("/srv/one.iso becomes /srv/two.iso");
                    assertThat(difference.edit()).get().isInstanceOf(LiveEdit.Update.class);
                });
        assertThat(between(disks(SYSTEM), disks(SYSTEM, one)))
                .containsExactly(restart("spec.disks[1] cd", "a new CD drive"));
    }

    @Test
    void interfaces_come_at_once_change_their_bridge_at_once_and_go_with_a_restart() {
        Interface net = new Interface("net", "br0", null);
        Interface moved = new Interface("net", "br1", null);
        Interface backup = new Interface("backup", "br0", "52:54:00:00:00:09");

        assertThat(between(cards(net), cards(net, backup)))
                .singleElement()
                .satisfies(difference -> assertThat(difference.edit()).get().isInstanceOf(LiveEdit.Attach.class));
        assertThat(between(cards(net), cards(moved))).singleElement().satisfies(difference -> {
            assertThat(difference.how()).isEqualTo("br0 becomes br1");
            assertThat(difference.edit()).get().isInstanceOf(LiveEdit.Update.class);
        });
        assertThat(between(cards(net, backup), cards(net)))
                .containsExactly(restart("spec.interfaces", "52:54:00:00:00:09 goes, it is not declared"));
    }

    @Test
    void what_cannot_be_read_from_the_hardware_is_known_by_its_mark() {
        assertThat(between(PLAIN, SpecEdit.with(PLAIN, "graphics", Graphics.VNC)))
                .containsExactly(restart("spec.graphics", "new"));
        assertThat(between(SpecEdit.with(PLAIN, "domainOverlay", "<domain><cpu/></domain>"), PLAIN))
                .containsExactly(restart("spec.domainOverlay", "removed"));
        assertThat(between(
                        SpecEdit.with(PLAIN, "domainOverlay", "<domain><cpu/></domain>"),
                        SpecEdit.with(PLAIN, "domainOverlay", "<domain><pm/></domain>")))
                .containsExactly(restart("spec.domainOverlay", "changed"));
        assertThat(between(PLAIN, SpecEdit.with(PLAIN, "firmware", Firmware.UEFI)))
                .containsExactly(restart("spec.firmware", "BIOS becomes UEFI"));
    }

    private static List<Difference> between(VirtualMachineSpec before, VirtualMachineSpec after) {
        return Differences.between(after, Hardware.of(before, Situations.TILL), Hardware.of(after, Situations.TILL));
    }

    private static Difference edit(String field, String how, LiveEdit edit) {
        return Difference.editable(field, how, edit);
    }

    private static Difference restart(String field, String how) {
        return Difference.needsRestart(field, how);
    }

    private static VirtualMachineSpec cpu(int cores, @Nullable Integer most) {
        return SpecEdit.with(PLAIN, "cpu", new Cpu(cores, most));
    }

    private static VirtualMachineSpec memory(String size, @Nullable String most) {
        return SpecEdit.with(PLAIN, "memory", new Memory(new Quantity(size), most == null ? null : new Quantity(most)));
    }

    private static VirtualMachineSpec disks(Disk... disks) {
        return SpecEdit.with(PLAIN, "disks", List.of(disks));
    }

    private static VirtualMachineSpec cards(Interface... cards) {
        return SpecEdit.with(PLAIN, "interfaces", List.of(cards));
    }
}
