package dev.perene.sim;

import static dev.perene.sim.Vm.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.HAPolicySpec.Restart;
import dev.perene.api.VirtualMachineSpec.CloudInit;
import dev.perene.api.VirtualMachineSpec.Firmware;
import dev.perene.api.VirtualMachineSpec.RunStrategy;
import dev.perene.port.FileContent;
import dev.perene.port.HostFile;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * An operator may crash between any two lines: the life of a VM is played once for every call that leaves the operator's
 * process, which is killed there and started again a second later.
 */
class CrashTest {
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final FileContent WRITTEN = FileContent.of(new byte[] {1, 2, 3});

    @Test
    void a_life_goes_its_way_wherever_the_operator_crashes() {
        crashEverywhere(UnaryOperator.identity());
    }

    @Test
    void a_life_with_files_on_hosts_goes_its_way_and_leaves_none_wherever_the_operator_crashes() {
        crashEverywhere(vm -> vm.uefi().cloudInit(new CloudInit("#cloud-config", null, null)));
    }

    private static void crashEverywhere(UnaryOperator<Vm> made) {
        int places = live(0, made);

        assertThat(places).isGreaterThan(200);
        for (int place = 1; place <= places; place++) {
            live(place, made);
        }
        System.out.println("crash injection: places=" + places);
    }

    @Test
    void a_guest_that_dies_every_time_is_never_started_more_often_than_its_policy_allows() {
        int places = die(0);

        assertThat(places).isGreaterThan(100);
        for (int place = 1; place <= places; place++) {
            die(place);
        }
        System.out.println("crash injection, bound of restarts: places=" + places);
    }

    /** A guest that dies at once, three times and no more, with a crash at one place; how many places there were. */
    private static int die(int crashAt) {
        try (Cluster cluster = new Cluster()) {
            Life life = new Life(cluster, crashAt, UnaryOperator.identity());
            cluster.host("host1")
                    .guests()
                    .behave(GuestBehaviour.POLITE.ending(GuestBehaviour.End.QemuDies, Duration.ofMillis(300)));
            cluster.policy("short", true, new Restart(2, 1, 600))
                    .declare(vm("till").onlyOn("host1"));
            life.seconds(15);
            String story = life.story();
            assertThat(cluster.printable("till")).as(story).isEqualTo("ManualRecoveryRequired");
            assertThat(story.split("till is Running, booted", -1)).as(story).hasSizeBetween(2, 4);
            assertThat(cluster.invariants().violations()).as(story).isEmpty();
            return life.operator.process().crossings();
        }
    }

    /** One life with a crash at one place; how many places there were. */
    private static int live(int crashAt, UnaryOperator<Vm> made) {
        try (Cluster cluster = new Cluster()) {
            Life life = new Life(cluster, crashAt, made);
            life.play();
            assertThat(cluster.invariants().violations())
                    .as("crash at %d:%n%s", crashAt, cluster.transcript().text())
                    .isEmpty();
            return life.operator.process().crossings();
        }
    }

    private static final class Life {
        private final Cluster cluster;
        private final int crashAt;
        private final Vm till;
        private Replica operator;
        private int crashes;

        Life(Cluster cluster, int crashAt, UnaryOperator<Vm> made) {
            this.cluster = cluster;
            this.till = made.apply(vm("till"));
            this.crashAt = crashAt;
            cluster.host("host1", 4).guests().behave(GuestBehaviour.POLITE.bootingIn(STEP));
            cluster.host("host2", 2).guests().behave(GuestBehaviour.POLITE.bootingIn(STEP));
            operator = cluster.operator("operator-1");
            operator.process().crashAt(crashAt);
        }

        void play() {
            seconds(1);
            cluster.declare(till.shutdownSeconds(20));
            seconds(4);
            runs();
            guestWritesVariables();
            cluster.guestsOf("till").kill(cluster.uid("till"));
            seconds(5);
            runs();
            cluster.strategy("till", RunStrategy.Halted);
            seconds(7);
            assertThat(cluster.whereItRuns("till")).as(this::story).isEmpty();
            cluster.edit(till.onlyOn("host2"));
            seconds(5);
            runs();
            variablesAreThere();
            cluster.deleteVm("till");
            seconds(10);
            assertThat(cluster.machine("till")).as(this::story).isEmpty();
            cluster.hosts().values().forEach(host -> {
                assertThat(host.libvirt().domains()).as(this::story).isEmpty();
                assertThat(host.folder().count()).as(this::story).isZero();
            });
        }

        private void guestWritesVariables() {
            if (till.spec().firmware() == Firmware.UEFI) {
                cluster.host(cluster.whereItRuns("till").orElseThrow())
                        .folder()
                        .write(new HostFile(cluster.uid("till"), HostFile.Kind.Nvram), WRITTEN);
            }
        }

        private void variablesAreThere() {
            if (till.spec().firmware() == Firmware.UEFI) {
                assertThat(cluster.host("host2").folder().file(new HostFile(cluster.uid("till"), HostFile.Kind.Nvram)))
                        .as(this::story)
                        .hasValue(WRITTEN);
            }
        }

        private void runs() {
            assertThat(cluster.whereItRuns("till")).as(this::story).isPresent();
            assertThat(cluster.printable("till")).as(this::story).isEqualTo("Running");
        }

        private String story() {
            return "crash at " + crashAt + System.lineSeparator()
                    + cluster.transcript().text();
        }

        private void seconds(int seconds) {
            for (int second = 0; second < seconds; second++) {
                cluster.runFor(STEP);
                if (operator.process().dead()) {
                    crashes++;
                    operator = cluster.operator("operator-" + (crashes + 1));
                }
            }
        }
    }
}
