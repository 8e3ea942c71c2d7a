package dev.perene.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.HypervisorSpec.Allowed;
import dev.perene.api.SpecEdit;
import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.Disk;
import dev.perene.port.HostFile;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPermissionTest {
    private static final Allowed ALLOWED = new Allowed(
            List.of("/srv/images/", "/opt/rescue.iso"),
            List.of("/dev/vg0/", "/dev/sdb"),
            List.of("br0"),
            List.of(),
            List.of("cpu", "devices/rng"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/srv/images/till.img",
                "/srv/images/shop/till.img",
                "/srv/images/..till.img",
                "/srv/images/till..img",
                "/opt/rescue.iso"
            })
    void a_file_in_an_allowed_folder_or_listed_itself_may_be_used(String path) {
        assertThat(objection(SomeMachine.sharedFile(path))).isEmpty();
        assertThat(objection(SomeMachine.localFile(path))).isEmpty();
        assertThat(objection(SomeMachine.cdrom(path))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/shadow",
                "/srv/images",
                "/srv/imagesx/till.img",
                "/srv/images/../../etc/shadow",
                "/srv/images/..",
                "/srv/images//till.img",
                "//srv/images/till.img",
                "srv/images/till.img",
                "../srv/images/till.img",
                "/opt/rescue.iso/x",
                "/opt/rescue.isox",
                "/SRV/images/till.img",
                "/dev/vg0/till",
                ""
            })
    void a_path_that_is_not_plainly_within_is_refused_for_every_kind_of_disk(String path) {
        assertThat(List.of(
                        objection(SomeMachine.sharedFile(path)),
                        objection(SomeMachine.localFile(path)),
                        objection(SomeMachine.cdrom(path))))
                .allSatisfy(objection -> assertThat(objection).hasValue(path + " is not within its allowed.paths"));
    }

    @Test
    void the_files_that_perene_keeps_for_vms_are_in_no_vms_reach() {
        String seed = HostFile.FOLDER + "/11111111-2222-4333-8444-555555555555-seed.iso";
        Allowed careless = new Allowed(List.of("/var/lib/libvirt/"), List.of(), List.of("br0"), List.of(), List.of());

        assertThat(HostPermission.objection(SomeMachine.on(SomeMachine.cdrom(seed)), careless))
                .hasValue(seed + " is not within its allowed.paths");
    }

    @ParameterizedTest
    @CsvSource({
        "/dev/vg0/till, true",
        "/dev/sdb, true",
        "/dev/sdb1, false",
        "/dev/sda, false",
        "/dev/vg0, false",
        "/dev/vg00/till, false",
        "/dev/vg0/../sda, false",
        "/srv/images/till.img, false"
    })
    void a_device_must_be_among_the_devices(String device, boolean allowed) {
        assertThat(objection(SomeMachine.sharedDevice(device)).isEmpty()).isEqualTo(allowed);
        assertThat(objection(SomeMachine.localDevice(device)).isEmpty()).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br1", "br", "br00", "BR0", ""})
    void a_bridge_must_be_listed_by_its_whole_name(String bridge) {
        VirtualMachineSpec spec = SpecEdit.with(
                SomeMachine.on(SomeMachine.sharedDevice("/dev/sdb")),
                "interfaces",
                SomeMachine.in(bridge).interfaces());

        assertThat(HostPermission.objection(spec, ALLOWED))
                .hasValue("bridge " + bridge + " is not in its allowed.bridges");
    }

    @Test
    void nothing_is_allowed_by_a_host_that_lists_nothing() {
        Allowed nothing = new Allowed(null, null, null, null, null);

        assertThat(HostPermission.objection(SomeMachine.ordinary(), nothing)).isPresent();
        assertThat(HostPermission.objection(SomeMachine.on(SomeMachine.localFile("/srv/x")), nothing))
                .isPresent();
    }

    @Test
    void a_disk_without_a_source_is_refused_and_not_overlooked() {
        assertThat(objection(new Disk("system", null, null, null))).hasValue("disk system names no source");
    }

    private static Optional<String> objection(Disk disk) {
        return HostPermission.objection(SomeMachine.on(disk), ALLOWED);
    }

    @Test
    void an_element_of_an_overlay_must_be_listed() {
        assertThat(HostPermission.objection(overlaid("<domain><cpu/><devices><rng/></devices></domain>"), ALLOWED))
                .isEmpty();
        assertThat(HostPermission.objection(overlaid("<domain><cpu/><devices><hostdev/></devices></domain>"), ALLOWED))
                .hasValue("element devices/hostdev of the domainOverlay is not in its allowed.domainOverlay");
    }

    private static VirtualMachineSpec overlaid(String overlay) {
        return SpecEdit.only("domainOverlay", overlay);
    }
}
