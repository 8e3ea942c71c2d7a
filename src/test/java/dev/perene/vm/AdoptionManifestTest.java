package dev.perene.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perene.api.Hypervisor;
import dev.perene.api.HypervisorSpec;
import dev.perene.api.HypervisorSpec.Allowed;
import dev.perene.api.ManifestCheck;
import dev.perene.api.VirtualMachine;
import dev.perene.api.VirtualMachineSpec;
import dev.perene.port.DomainDescription;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code perene adopt} prints. */
class AdoptionManifestTest {
    private static final String MAIL =
            """
            <domain type='kvm' id='3'>
              <name>Legacy_Mail.example</name>
              <uuid>99999999-0000-4000-8000-000000000001</uuid>
              <memory unit='KiB'>2097152</memory>
              <currentMemory unit='KiB'>1048576</currentMemory>
              <vcpu placement='static' current='2'>4</vcpu>
              <os><type arch='x86_64' machine='pc-i440fx-9.2'>hvm</type></os>
              <devices>
                <emulator>/usr/bin/qemu-system-x86_64</emulator>
                <disk type='file' device='disk'>
                  <driver name='qemu' type='qcow2'/><source file='/srv/mail.qcow2' index='1'/>
                  <target dev='sda' bus='scsi'/>
                </disk>
                <disk type='block' device='disk'>
                  <driver name='qemu' type='raw'/><source dev='/dev/vg0/spool'/><target dev='vdb' bus='virtio'/>
                </disk>
                <disk type='file' device='cdrom'><target dev='sdc' bus='sata'/></disk>
                <controller type='usb' index='0' model='ich9-ehci1'/>
                <interface type='bridge'>
                  <mac address='52:54:00:AA:BB:CC'/><source bridge='br0'/><model type='virtio'/>
                </interface>
                <interface type='network'><mac address='52:54:00:00:00:02'/><source network='default'/></interface>
                <graphics type='spice' port='5900'/>
                <video><model type='qxl'/></video>
                <memballoon model='virtio'/>
              </devices>
            </domain>
            """;

    @Test
    void what_a_domain_has_becomes_a_manifest_that_is_valid() {
        String manifest = AdoptionManifest.of(host(List.of("*")), "shop", MAIL);

        assertThat(ManifestCheck.of(manifest))
                .containsExactly(new ManifestCheck.Checked(1, "VirtualMachine", "legacy-mail-example", List.of()));
        VirtualMachineSpec spec = new KubernetesSerialization()
                .unmarshal(manifest, VirtualMachine.class)
                .getSpec();
        assertThat(spec.cpu().cores()).isEqualTo(2);
        assertThat(spec.cpu().most()).isEqualTo(4);
        assertThat(spec.memory().bytes()).isEqualTo(1L << 30);
        assertThat(spec.memory().mostBytes()).isEqualTo(2L << 30);
        assertThat(spec.disks())
                .extracting(disk -> disk.location().orElse(""))
                .containsExactly("/srv/mail.qcow2", "/dev/vg0/spool");
        assertThat(spec.interfaces()).singleElement().satisfies(card -> assertThat(card.macAddress())
                .isEqualTo("52:54:00:aa:bb:cc"));
        assertThat(spec.adopt()).isNotNull();
        assertThat(spec.placement()).isNotNull();
        assertThat(spec.placement().hosts()).containsExactly("host1");
    }

    @Test
    void comments_say_what_a_person_has_to_know() {
        String manifest = AdoptionManifest.of(host(List.of()), "shop", MAIL);

        assertThat(manifest.lines().filter(line -> line.startsWith("# ")))
                .anyMatch(line -> line.contains("CD drive sdc is empty"))
                .anyMatch(line -> line.contains("Interface 52:54:00:00:00:02 is in no bridge"))
                .anyMatch(line -> line.contains("Gone after the next restart") && line.contains("graphics, video"))
                .anyMatch(line -> line.contains("has to list Legacy_Mail.example in allowed.adopt"))
                .anyMatch(line -> line.contains("/srv/mail.qcow2 is not within its allowed.paths"))
                .anyMatch(line -> line.contains("The next restart changes")
                        && line.contains("i440fx becomes q35")
                        && line.contains("a disk on scsi becomes a disk on virtio"));
    }

    @Test
    void the_manifest_fits_the_domain_so_that_it_is_adopted() {
        VirtualMachineSpec spec = new KubernetesSerialization()
                .unmarshal(AdoptionManifest.of(host(List.of("*")), "shop", MAIL), VirtualMachine.class)
                .getSpec();

        assertThat(Hardware.of(spec, Situations.TILL).disks())
                .extracting(disk -> disk.location())
                .containsExactlyInAnyOrderElementsOf(DomainDescription.read(MAIL).shape().disks().stream()
                        .map(disk -> disk.location())
                        .filter(place -> !place.isEmpty())
                        .toList());
    }

    @Test
    void what_is_no_definition_is_refused() {
        assertThatThrownBy(() -> AdoptionManifest.of(host(List.of()), "shop", "error: failed to get domain"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Hypervisor host(List<String> adopt) {
        Hypervisor host = new Hypervisor();
        host.setMetadata(new ObjectMetaBuilder().withName("host1").build());
        host.setSpec(new HypervisorSpec(
                "qemu+tcp://192.0.2.11/system",
                null,
                List.of(),
                null,
                null,
                new Allowed(List.of(), List.of(), List.of("br0"), adopt, List.of())));
        return host;
    }
}
