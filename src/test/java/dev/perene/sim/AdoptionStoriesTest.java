package dev.perene.sim;

import static dev.perene.sim.Vm.vm;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perene.port.DomainState;
import dev.perene.port.ShellObservation.PathKind;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stories of domains that become VMs, VMs that leave their domains behind, and VMs that want the same. */
class AdoptionStoriesTest extends Story {
    private static final UUID LEGACY = UUID.fromString("99999999-0000-4000-8000-000000000001");

    private SimulatedHost host1;
    private SimulatedHost host2;
    private Replica operator;

    @BeforeEach
    void aDomainThatPereneDidNotMake() {
        host1 = cluster.host("host1", 4);
        host2 = cluster.host("host2", 2);
        host1.path("/dev/shared/legacy", PathKind.BlockDevice);
        host2.path("/dev/shared/legacy", PathKind.BlockDevice);
        operator = cluster.operator("operator-1");
        cluster.byHand("virsh start legacy-mail on host1", () -> {
            host1.libvirt().define(definition("legacy-mail", LEGACY));
            host1.libvirt().start(LEGACY);
        });
        seconds(5);
    }

    @Test
    void a_running_domain_becomes_a_vm_and_goes_on() {
        cluster.declare(mail());
        seconds(5);

        assertThat(cluster.status("mail").domainUUID()).isEqualTo(LEGACY.toString());
        assertThat(cluster.whereItRuns("mail")).contains("host1");
        assertThat(cluster.printable("mail")).isEqualTo("Running");
        assertThat(cluster.condition("mail", "RestartRequired")).contains("i440fx becomes q35");
        assertThat(cluster.transcript().text()).doesNotContain("destroy", "shutdown");
    }

    @Test
    void an_adopted_vm_that_dies_is_started_again_as_the_same_domain() {
        cluster.declare(mail());
        seconds(5);
        cluster.says("QEMU dies");
        host1.guests().kill(LEGACY);
        seconds(10);

        assertThat(cluster.whereItRuns("mail")).contains("host1");
        assertThat(cluster.status("mail").restarts()).isEqualTo(1);
        assertThat(cluster.condition("mail", "RestartRequired")).isEmpty();
    }

    @Test
    void an_operator_that_dies_between_the_record_and_the_tag_ends_what_it_began() {
        operator.process().killAt("libvirt tag");
        cluster.declare(mail());
        seconds(3);
        cluster.operator("operator-2");
        seconds(10);

        assertThat(cluster.printable("mail")).isEqualTo("Running");
    }

    @Test
    void a_tag_that_libvirt_refuses_is_written_again_after_growing_pauses() {
        host1.libvirt().next("tag", Fault.outOfMemory(), 3);
        cluster.declare(mail());
        seconds(2);
        assertThat(cluster.condition("mail", "Reconciling"))
                .contains("libvirt refused, try 2", "Cannot allocate memory");
        seconds(10);

        assertThat(cluster.printable("mail")).isEqualTo("Running");
    }

    @Test
    void a_domain_that_the_hosts_admin_does_not_list_is_left_alone() {
        cluster.letsAdopt("host1");
        cluster.declare(mail());
        seconds(10);

        assertThat(cluster.printable("mail")).isEqualTo("AdoptionNotAllowed");
        assertThat(cluster.condition("mail", "Stalled")).contains("allowed.adopt of Hypervisor host1");
    }

    @Test
    void a_domain_that_does_not_exist_is_not_made() {
        cluster.declare(vm("mail").disk("/dev/shared/legacy").adopts("legacy-web"));
        seconds(10);

        assertThat(cluster.printable("mail")).isEqualTo("DomainNotFound");
        assertThat(cluster.transcript().text()).doesNotContain("start decided");
    }

    @Test
    void two_domains_of_one_name_are_told_apart_by_placement() {
        cluster.byHand("virsh define legacy-mail on host2", () -> host2.libvirt()
                .define(definition("legacy-mail", UUID.fromString("99999999-0000-4000-8000-000000000002"))));
        seconds(3);
        cluster.declare(mail());
        seconds(6);
        assertThat(cluster.printable("mail")).isEqualTo("AmbiguousDomain");

        cluster.edit(mail().onlyOn("host1"));
        seconds(6);
        assertThat(cluster.printable("mail")).isEqualTo("Running");
    }

    @Test
    void a_manifest_with_other_disks_is_refused() {
        cluster.declare(vm("mail").adopts("legacy-mail"));
        seconds(6);

        assertThat(cluster.printable("mail")).isEqualTo("AdoptionMismatch");
        assertThat(cluster.condition("mail", "Stalled")).contains("/dev/shared/legacy", "perene adopt host1");
    }

    @Test
    void of_two_vms_that_adopt_one_domain_the_older_gets_it() {
        cluster.declare(mail());
        cluster.declare(vm("post").disk("/dev/shared/legacy").adopts("legacy-mail"));
        seconds(10);

        assertThat(cluster.printable("mail")).isEqualTo("Running");
        assertThat(cluster.printable("post")).isIn("AlreadyAdopted", "AlreadyClaimed");
    }

    @Test
    void an_adopted_vm_can_be_released_and_its_guest_goes_on() {
        cluster.declare(mail());
        seconds(5);
        cluster.annotate("mail", "perene.dev/on-delete", "Release");
        cluster.deleteVm("mail");
        seconds(10);

        assertThat(cluster.machine("mail")).isEmpty();
        assertThat(host1.libvirt().domains()).singleElement().satisfies(domain -> {
            assertThat(domain.state()).isEqualTo(DomainState.Running);
            assertThat(domain.tag()).isEmpty();
        });
    }

    @Test
    void a_vm_whose_domain_the_host_does_not_keep_is_not_released() {
        cluster.declare(vm("till"));
        seconds(10);
        cluster.annotate("till", "perene.dev/on-delete", "Release");
        cluster.deleteVm("till");
        seconds(10);
        assertThat(cluster.printable("till")).isEqualTo("ReleaseNotAllowed");
        cluster.annotate("till", "perene.dev/on-delete", "Keep");
        seconds(5);
        assertThat(cluster.printable("till")).isEqualTo("UnknownOnDelete");

        cluster.letsAdopt("host1", "perene-*");
        cluster.annotate("till", "perene.dev/on-delete", "Release");
        seconds(10);
        assertThat(cluster.machine("till")).isEmpty();
    }

    @Test
    void a_vm_made_anew_does_not_start_beside_the_domain_of_the_old_one() {
        cluster.byHand("virsh start of a domain of an object that is no more", () -> {
            UUID old = UUID.fromString("88888888-0000-4000-8000-000000000001");
            host2.libvirt()
                    .define(definition("perene-" + old, old)
                            .replace(
                                    "<memory",
                                    "<metadata><perene:virtualmachine xmlns:perene=\"https://perene.dev/domain/1\" uid=\""
                                            + old + "\" namespace=\"shop\" name=\"till\"/></metadata><memory"));
            host2.libvirt().start(old);
        });
        seconds(5);
        cluster.declare(vm("till"));
        seconds(10);

        assertThat(cluster.printable("till")).isEqualTo("OrphanDomain");
        assertThat(cluster.whereItRuns("till")).isEmpty();
    }

    @Test
    void of_two_vms_with_one_disk_the_younger_waits() {
        cluster.declare(vm("till"));
        seconds(5);
        cluster.declare(vm("copy").disk("/dev/shared/till"));
        seconds(10);
        assertThat(cluster.printable("copy")).isEqualTo("AlreadyClaimed");
        assertThat(cluster.condition("copy", "Stalled")).contains("/dev/shared/till", "shop/till");

        cluster.strategy("till", dev.perene.api.VirtualMachineSpec.RunStrategy.Halted);
        seconds(20);
        assertThat(cluster.whereItRuns("copy")).isPresent();
        assertThat(cluster.whereItRuns("till")).isEmpty();
    }

    @Test
    void a_running_vm_does_not_get_the_disk_of_another() {
        cluster.declare(vm("till"));
        cluster.declare(vm("web"));
        seconds(10);
        cluster.spec("web", "till's disk", spec -> {
            ObjectNode disk = spec.withArray("disks").addObject().put("name", "data");
            disk.putObject("shared").put("device", "/dev/shared/till");
        });
        seconds(10);

        assertThat(cluster.hardware("web").disks()).hasSize(1);
        assertThat(cluster.printable("web")).isEqualTo("AlreadyClaimed");
        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void of_two_vms_with_one_address_the_younger_waits() {
        cluster.declare(vm("till"));
        seconds(5);
        cluster.spec("till", "a fixed address", spec -> ((ObjectNode)
                        spec.withArray("interfaces").get(0))
                .put("macAddress", "52:54:00:12:34:56"));
        cluster.annotate("till", "perene.dev/restartedAt", "now");
        seconds(20);
        cluster.declare(vm("web").halted());
        cluster.spec("web", "the same address", spec -> {
            ((ObjectNode) spec.withArray("interfaces").get(0)).put("macAddress", "52:54:00:12:34:56");
            spec.put("runStrategy", "Always");
        });
        seconds(10);

        assertThat(cluster.printable("web")).isEqualTo("AlreadyClaimed");
        assertThat(cluster.condition("web", "Stalled")).contains("macAddress 52:54:00:12:34:56", "shop/till");
    }

    private static Vm mail() {
        return vm("mail").disk("/dev/shared/legacy").adopts("legacy-mail");
    }

    private static String definition(String name, UUID uuid) {
        return """
                <domain type="kvm"><name>%s</name><uuid>%s</uuid>
                <memory unit="MiB">512</memory><os><type machine="pc-i440fx-9.2">hvm</type></os>
                <devices><disk type="block"><driver type="raw"/><source dev="/dev/shared/legacy"/>
                <target dev="vda" bus="virtio"/></disk></devices></domain>
                """
                .formatted(name, uuid);
    }
}
