package dev.perene.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;

/** Domains that people made become VMs and are left behind again, on real hosts, and their guests notice nothing. */
class AdoptionStories extends Story {
    private static final String HOST = "host2";
    private UUID legacy = UUID.randomUUID();

    @AfterEach
    void removeTheDomain() {
        // While there is a VM it would be started again.
        removeVirtualMachines();
        lab.ssh(HOST, "virsh destroy " + legacy + "; virsh undefine " + legacy + "; true");
    }

    @RepeatedTest(3)
    void a_running_domain_becomes_a_vm_and_is_released_again() {
        startByHand();
        Machine till = adopt();

        await("it is adopted", () -> till.is("Running"));
        assertThat(till.status().domainUUID()).isEqualTo(legacy.toString());
        assertThat(till.host()).isEqualTo(HOST);
        assertThat(till.condition("RestartRequired").orElseThrow().message()).contains("spec.disks[0] system");
        runsOn();

        till.patch("{\"metadata\":{\"annotations\":{\"perene.dev/on-delete\":\"Release\"}}}");
        till.resource().delete();
        await("the VM is gone", () -> till.resource().get() == null);
        runsOn();
        assertThat(lab.ssh(HOST, "virsh dumpxml " + legacy)).doesNotContain("perene:virtualmachine");
    }

    @RepeatedTest(3)
    void an_adopted_vm_whose_qemu_is_killed_runs_again_as_the_same_domain() {
        startByHand();
        Machine till = adopt();
        await("it is adopted", () -> till.is("Running"));

        lab.ssh(HOST, "kill -9 $(cat /run/libvirt/qemu/legacy-till.pid)");

        await("it runs again", () -> till.restarts() == 1 && till.is("Running"));
        await("its new guest writes", () -> till.guest().acknowledged() > 0);
        assertThat(lab.ssh(HOST, "virsh domstate " + legacy)).contains("running");
        assertThat(till.condition("RestartRequired").orElseThrow().message()).isEmpty();
    }

    @RepeatedTest(3)
    void the_manifest_that_perene_adopt_prints_adopts_the_domain() throws IOException, InterruptedException {
        startByHand();
        Path manifest = Files.createTempFile("perene-adopt-", ".yaml");
        ProcessBuilder adopt = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                "target/quarkus-app/quarkus-run.jar",
                "adopt",
                "--namespace",
                NAMESPACE,
                "--identity",
                lab.identity().toString(),
                HOST,
                "legacy-till");
        adopt.environment().put("KUBECONFIG", lab.kubeconfig().toString());
        assertThat(adopt.redirectOutput(manifest.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor())
                .isZero();

        client.load(stream(Files.readString(manifest))).create();
        Files.delete(manifest);
        Machine till = named("legacy-till");
        await("it is adopted", () -> till.is("Running"));
        assertThat(till.status().domainUUID()).isEqualTo(legacy.toString());
        runsOn();
    }

    private void startByHand() {
        // Its own console log, in which only its own boots are counted.
        legacy = UUID.randomUUID();
        lab.guestImage(DEVICE, withAddress());
        String definition =
                """
                <domain type="qemu"><name>legacy-till</name><uuid>%1$s</uuid>
                <memory unit="MiB">32</memory><vcpu>1</vcpu>
                <os><type arch="x86_64" machine="q35">hvm</type></os><features><acpi/></features>
                <devices><disk type="block" device="disk"><driver name="qemu" type="raw" cache="none"/>
                <source dev="/dev/perene/shared1"/><target dev="vdb" bus="virtio"/></disk>
                <interface type="bridge"><source bridge="br0"/><model type="virtio"/></interface>
                <serial type="pty"><log file="/var/log/libvirt/qemu/perene-%1$s-console.log" append="on"/></serial>
                <memballoon model="none"/></devices></domain>
                """
                        .formatted(legacy)
                        .replace("\n", "");
        lab.ssh(
                HOST,
                "printf '%s' '" + definition + "' >/tmp/legacy.xml && virsh define /tmp/legacy.xml && virsh start "
                        + legacy);
        await("its guest writes", () -> lab.guestLog(legacy.toString()).acknowledged() > 0);
    }

    private Machine adopt() {
        String card = lab.ssh(HOST, "virsh domiflist " + legacy)
                .lines()
                .filter(line -> line.contains("br0"))
                .findFirst()
                .orElseThrow()
                .replaceAll(".*(52:54:00:[0-9a-f:]*).*", "$1");
        return declareAsIs(
                "till",
                manifest -> manifest.replace("bridge: br0}", "bridge: br0, macAddress: '" + card + "'}")
                        + "  adopt: {domainName: legacy-till}\n");
    }

    private void runsOn() {
        GuestLog guest = lab.guestLog(legacy.toString());
        long before = guest.acknowledged();
        await("the guest writes on", () -> lab.guestLog(legacy.toString()).acknowledged() > before);
        assertThat(lab.guestLog(legacy.toString()).boots()).isOne();
    }
}
