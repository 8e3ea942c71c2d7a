package dev.perene.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from libvirt's domain XML. */
class DomainDescriptionTest {
    private static final UUID UID = UUID.fromString("11111111-2222-4333-8444-555555555555");

    @Test
    void everything_that_perene_gives_is_read() {
        DomainDescription domain = DomainDescription.read(
                """
                <domain type='kvm'><name>perene-x</name><uuid>%1$s</uuid>
                <metadata><p:virtualmachine xmlns:p='https://perene.dev/domain/1' uid='%1$s' namespace='shop' name='till'>
                  <p:mark field='definition' hash='1'/><p:mark field='spec.cloudInit' hash='abc'/></p:virtualmachine></metadata>
                <memory unit='KiB'>1048576</memory><currentMemory unit='KiB'>524288</currentMemory>
                <vcpu placement='static' current='2'>4</vcpu>
                <os firmware='efi'><type machine='pc-q35-11.1'>hvm</type></os>
                <devices>
                  <disk type='block' device='disk'><driver name='qemu' type='raw'/><source dev='/dev/vg0/a' index='1'/>
                    <target dev='vda' bus='virtio'/><serial>root</serial></disk>
                  <disk type='file' device='cdrom'><target dev='sdb' bus='sata'/></disk>
                  <disk type='file' device='cdrom'><source file='/var/lib/libvirt/perene/%1$s-seed.iso'/>
                    <target dev='sdaa' bus='sata'/></disk>
                  <interface type='bridge'><mac address='52:54:00:AA:BB:CC'/><source bridge='br0'/>
                    <target dev='vnet3'/><model type='virtio'/></interface>
                  <interface type='network'><mac address='52:54:00:00:00:02'/><source network='default' bridge=''/></interface>
                  <memballoon model='virtio'/>
                </devices></domain>
                """
                        .formatted(UID));

        assertThat(domain.tag()).contains(new DomainTag(UID, "shop", "till"));
        DomainShape shape = domain.shape();
        assertThat(shape.cores()).isEqualTo(2);
        assertThat(shape.maxCores()).isEqualTo(4);
        assertThat(shape.memoryBytes()).isEqualTo(512L << 20);
        assertThat(shape.maxMemoryBytes()).isEqualTo(1L << 30);
        assertThat(shape.balloon()).isTrue();
        assertThat(shape.uefi()).isTrue();
        assertThat(shape.machine()).isEqualTo("q35");
        assertThat(shape.disks())
                .containsExactly(
                        new DomainShape.Disk("root", "vda", "virtio", false, "/dev/vg0/a", "raw"),
                        new DomainShape.Disk("", "sdb", "sata", true, "", ""));
        assertThat(shape.interfaces())
                .containsExactly(
                        new DomainShape.Interface("52:54:00:aa:bb:cc", "br0", "virtio"),
                        new DomainShape.Interface("52:54:00:00:00:02", "", ""));
        assertThat(shape.marks()).isEqualTo(Map.of("definition", "1", "spec.cloudInit", "abc"));
    }

    @ParameterizedTest
    @CsvSource({"b,1", "bytes,1", "KB,1000", "KiB,1024", "k,1024", "M,1048576", "MiB,1048576", "G,1073741824", "'',1024"
    })
    void memory_has_a_unit(String unit, long bytes) {
        String attribute = unit.isEmpty() ? "" : " unit='" + unit + "'";

        assertThat(DomainDescription.read(
                                "<domain><uuid>" + UID + "</uuid><memory" + attribute + ">7</memory></domain>")
                        .shape()
                        .maxMemoryBytes())
                .isEqualTo(7 * bytes);
    }

    @Test
    void what_is_not_said_is_little() {
        DomainShape shape = DomainDescription.read("<domain><uuid>" + UID + "</uuid></domain>")
                .shape();

        assertThat(shape.cores()).isOne();
        assertThat(shape.maxMemoryBytes()).isZero();
        assertThat(shape.uefi()).isFalse();
        assertThat(shape.disks()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"<domain", "<domain/>", "<domain><uuid>x</uuid></domain>"})
    void what_is_no_definition_is_refused(String xml) {
        assertThatThrownBy(() -> DomainDescription.read(xml)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void outside_entities_are_refused() {
        assertThatThrownBy(() -> DomainDescription.read(
                        "<!DOCTYPE domain [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><domain><uuid>&x;</uuid></domain>"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
