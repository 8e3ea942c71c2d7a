package dev.perene.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;

/** Files that Perene keeps on real hosts: cloud-init's disk and the variables of UEFI. */
class HostFileStories extends Story {
    private static final String FOLDER = "/var/lib/libvirt/perene/";
    private static final String SECRET = "till-init";
    private static final String USER_DATA = "#cloud-config\npassword: hunter2\n";
    /** In the last bytes of the variables, which OVMF does not use. */
    private static final int MARK_AT = 540_660;

    private static final String MARK = "perene";

    @AfterEach
    void removeSecret() {
        client.secrets().inNamespace(NAMESPACE).withName(SECRET).delete();
    }

    private void createSecret() {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(SECRET)
                        .endMetadata()
                        .addToStringData("userData", USER_DATA)
                        .addToStringData("networkData", "version: 2\n")
                        .build())
                .create();
    }

    private String filesOn(String host) {
        return lab.ssh(host, "ls " + FOLDER + " 2>/dev/null || true").strip();
    }

    @RepeatedTest(3)
    void a_guest_finds_its_cloud_init_data_on_a_disk_that_a_kernel_can_read() {
        lab.guestImage(DEVICE, withAddress());
        Machine till = declareAsIs("till", manifest -> manifest + "  cloudInit: {secretRef: {name: " + SECRET + "}}\n");
        till.awaitStatus("Pending");
        await("the Secret is missed", () -> till.message().contains("Secret default/" + SECRET + " does not exist"));
        assertThat(lab.running(till.uid())).isZero();
        createSecret();
        till.awaitRunning();

        String host = till.host();
        String image = FOLDER + till.uid() + "-seed.iso";
        assertThat(lab.ssh(host, "virsh domblklist " + till.uid())).contains(image);
        assertThat(lab.ssh(host, "blkid -p -o value -s TYPE -s LABEL " + image).lines())
                .containsExactlyInAnyOrder("cidata", "iso9660");
        String read = lab.ssh(
                host,
                "modprobe loop; modprobe isofs; mkdir -p /run/seed && mount -o loop,ro -t iso9660 " + image
                        + " /run/seed && cd /run/seed && head -n 9 *; cd / && umount /run/seed");
        assertThat(read)
                .contains("==> meta-data <==\ninstance-id: " + till.uid() + "\nlocal-hostname: till\n")
                .contains("==> network-config <==\nversion: 2\n")
                .contains("==> user-data <==\n" + USER_DATA);

        till.killQemu();
        till.awaitBoots(2);
        till.resource().delete();
        await("it is gone", () -> till.resource().get() == null);
        assertThat(filesOn(host)).isEmpty();
    }

    @RepeatedTest(3)
    void a_uefi_vm_keeps_its_variables_over_a_restart_and_a_move() {
        Machine till = declareAsIs(
                "till",
                manifest -> manifest.replace("32Mi", "128Mi")
                        + "  firmware: UEFI\n  shutdownSeconds: 0\n  placement: {hosts: [host1]}\n");
        till.awaitStatus("Running");
        String variables = FOLDER + till.uid() + "-nvram.fd";
        halt(till);
        lab.ssh(
                "host1",
                "printf " + MARK + " | dd of=" + variables + " bs=1 seek=" + MARK_AT + " conv=notrunc 2>/dev/null");

        till.patch("{\"spec\":{\"runStrategy\":\"Always\"}}");
        till.awaitStatus("Running");
        assertThat(markIn("host1", variables)).isEqualTo(MARK);

        halt(till);
        till.patch("{\"spec\":{\"runStrategy\":\"Always\",\"placement\":{\"hosts\":[\"host2\"]}}}");
        await("it runs on host2", () -> till.host().equals("host2") && till.is("Running"));

        assertThat(markIn("host2", variables)).isEqualTo(MARK);
        assertThat(filesOn("host1")).isEmpty();
        assertThat(lab.ssh("host1", "virsh list --all --uuid")).doesNotContain(till.uid());
        assertThat(lab.running(till.uid())).isOne();
        assertThat(lab.ssh("host2", "virsh dumpxml " + till.uid())).contains("OVMF_CODE", variables);

        till.resource().delete();
        await("it is gone", () -> till.resource().get() == null);
        for (String host : List.of("host1", "host2")) {
            assertThat(filesOn(host)).isEmpty();
        }
    }

    private static final String HALTED = "{\"spec\":{\"runStrategy\":\"Halted\"}}";

    private void halt(Machine machine) {
        machine.patch(HALTED);
        machine.awaitStatus("Stopped");
    }

    private String markIn(String host, String variables) {
        return lab.ssh(
                host, "dd if=" + variables + " bs=1 skip=" + MARK_AT + " count=" + MARK.length() + " 2>/dev/null");
    }
}
