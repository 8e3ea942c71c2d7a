package dev.perene.sim;

import static dev.perene.sim.Vm.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.Condition;
import dev.perene.api.Conditions;
import dev.perene.api.PereneApi;
import dev.perene.api.VirtualMachine;
import dev.perene.api.VirtualMachineSpec.CloudInit;
import dev.perene.api.VirtualMachineSpec.CloudInitSecret;
import dev.perene.port.FileContent;
import dev.perene.port.HostFile;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stories of VMs that tell cloud-init something. */
class CloudInitStoriesTest extends Story {
    private static final String PASSWORD = "password: hunter2";
    private static final CloudInit INLINE = new CloudInit("#cloud-config\n" + PASSWORD, "version: 2\n", null);
    private static final CloudInit SECRET = new CloudInit(null, null, new CloudInitSecret("till-init"));

    private SimulatedHost host1;
    private Replica operator;

    @BeforeEach
    void twoHosts() {
        host1 = cluster.host("host1", 4);
        cluster.host("host2", 2);
        operator = cluster.operator("operator-1");
        seconds(2);
    }

    @AfterEach
    void nothingSecretIsTold() {
        assertThat(cluster.transcript().text()).doesNotContain("hunter2");
    }

    private void createSecret(String entry) {
        cluster.says("Secret shop/till-init has " + entry);
        cluster.store().secret("shop", "till-init", Map.of(entry, PASSWORD.getBytes(StandardCharsets.UTF_8)));
    }

    private Optional<FileContent> seed() {
        return host1.folder().file(new HostFile(cluster.uid("till"), HostFile.Kind.Seed));
    }

    private String toldToTheGuest() {
        return seed().map(content -> new String(content.bytes(), StandardCharsets.ISO_8859_1))
                .orElse("");
    }

    private String why() {
        return Conditions.of(cluster.status("till").conditions(), Conditions.READY)
                .map(Condition::message)
                .orElse("");
    }

    private void runs() {
        assertThat(cluster.whereItRuns("till")).isPresent();
        assertThat(cluster.printable("till")).isEqualTo("Running");
    }

    @Test
    void a_vm_starts_with_its_cloud_init_data() {
        cluster.declare(vm("till").cloudInit(INLINE));
        seconds(10);

        runs();
        assertThat(toldToTheGuest())
                .contains(PASSWORD, "version: 2", "instance-id: " + cluster.uid("till"), "local-hostname: till");
    }

    @Test
    void a_secret_that_is_missing_is_waited_for() {
        cluster.declare(vm("till").cloudInit(SECRET));
        seconds(12);
        assertThat(cluster.whereItRuns("till")).isEmpty();
        assertThat(why()).contains("Secret shop/till-init does not exist", "create it");
        createSecret("userData");
        seconds(10);

        runs();
        assertThat(toldToTheGuest()).contains(PASSWORD);
    }

    @Test
    void a_secret_without_the_entries_is_named() {
        createSecret("password");
        cluster.declare(vm("till").cloudInit(SECRET));
        seconds(8);
        assertThat(why()).contains("Secret shop/till-init has neither", "userData", "networkData");
        createSecret("networkData");
        seconds(10);

        runs();
    }

    @Test
    void a_running_vm_does_not_mind_that_its_secret_cannot_be_read() {
        createSecret("userData");
        cluster.declare(vm("till").cloudInit(SECRET));
        seconds(10);
        cluster.says("the Secret is emptied");
        cluster.store().secret("shop", "till-init", Map.of());
        seconds(30);
        runs();
        host1.guests().kill(cluster.uid("till"));
        seconds(8);
        assertThat(cluster.printable("till")).isEqualTo("Pending");
        createSecret("userData");
        seconds(10);

        runs();
    }

    @Test
    void a_restart_that_lacks_its_secret_leaves_the_guest_running() {
        createSecret("userData");
        cluster.declare(vm("till").cloudInit(SECRET).shutdownSeconds(5));
        seconds(10);
        cluster.says("the Secret is emptied, and a restart is asked for");
        cluster.store().secret("shop", "till-init", Map.of());
        cluster.store().edit("VirtualMachine shop/till", VirtualMachine.class, machine -> machine.getMetadata()
                .setAnnotations(Map.of(PereneApi.RESTARTED_AT, "now")));
        seconds(10);
        assertThat(cluster.whereItRuns("till")).isPresent();
        assertThat(why()).contains("not restarted", "Secret shop/till-init");
        createSecret("userData");
        seconds(20);

        runs();
        assertThat(cluster.status("till").restartedAt()).isEqualTo("now");
    }

    @Test
    void a_changed_secret_is_told_at_the_next_start() {
        createSecret("userData");
        cluster.declare(vm("till").cloudInit(SECRET));
        seconds(10);
        cluster.says("the Secret changes");
        cluster.store().secret("shop", "till-init", Map.of("userData", "a new day".getBytes(StandardCharsets.UTF_8)));
        seconds(10);
        assertThat(toldToTheGuest()).contains(PASSWORD);
        host1.guests().kill(cluster.uid("till"));
        seconds(10);

        runs();
        assertThat(toldToTheGuest()).contains("a new day").doesNotContain(PASSWORD);
    }

    @Test
    void a_deleted_vm_leaves_no_cloud_init_data_behind() {
        cluster.declare(vm("till").cloudInit(INLINE));
        seconds(10);
        cluster.deleteVm("till");
        seconds(10);

        assertThat(cluster.machine("till")).isEmpty();
        assertThat(host1.folder().count()).isZero();
        assertThat(host1.libvirt().domains()).isEmpty();
    }

    @Test
    void an_operator_that_dies_between_the_upload_and_the_start_leaves_both_to_the_next() {
        host1.libvirt().next("define", new Fault.Slow(java.time.Duration.ofSeconds(3)), 1);
        cluster.declare(vm("till").cloudInit(INLINE));
        seconds(1);
        assertThat(seed()).isPresent();
        assertThat(cluster.whereItRuns("till")).isEmpty();
        cluster.kill(operator);
        seconds(1);
        cluster.operator("operator-2");
        seconds(10);

        runs();
        assertThat(toldToTheGuest()).contains(PASSWORD);
    }

    @Test
    void a_vm_deleted_between_the_upload_and_the_start_leaves_no_cloud_init_data_behind() {
        host1.libvirt().next("define", new Fault.Slow(java.time.Duration.ofSeconds(3)), 1);
        cluster.declare(vm("till").cloudInit(INLINE));
        seconds(1);
        cluster.kill(operator);
        cluster.deleteVm("till");
        seconds(1);
        assertThat(host1.folder().count()).isOne();
        cluster.operator("operator-2");
        seconds(10);

        assertThat(cluster.machine("till")).isEmpty();
        assertThat(host1.folder().count()).isZero();
    }

    @Test
    void an_upload_that_libvirt_refuses_is_tried_again() {
        host1.libvirt()
                .next(
                        "putFile",
                        Fault.refused("cannot write to '/var/lib/libvirt/perene': No space left on device"),
                        2);
        cluster.declare(vm("till").cloudInit(INLINE));
        seconds(1);
        assertThat(cluster.printable("till")).isEqualTo("StartFailed");
        assertThat(why()).contains("No space left on device");
        seconds(15);

        runs();
        assertThat(toldToTheGuest()).contains(PASSWORD);
    }

    @Test
    void an_upload_whose_answer_is_lost_is_made_again() {
        host1.libvirt().next("putFile", new Fault.AnswerLost(), 1);
        cluster.declare(vm("till").cloudInit(INLINE));
        seconds(10);

        runs();
    }

    @Test
    void a_vm_that_moves_takes_its_cloud_init_data_along() {
        cluster.declare(vm("till").cloudInit(INLINE).shutdownSeconds(5));
        seconds(10);
        cluster.strategy("till", dev.perene.api.VirtualMachineSpec.RunStrategy.Halted);
        seconds(10);
        cluster.edit(vm("till").cloudInit(INLINE).onlyOn("host2"));
        seconds(10);

        runs();
        assertThat(host1.folder().count()).isZero();
        assertThat(cluster.host("host2").folder().count()).isOne();
    }
}
