package dev.perene.sim;

import static dev.perene.sim.Vm.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.HAPolicySpec.Restart;
import dev.perene.api.VirtualMachineSpec.RunStrategy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * An operator may crash between any two lines: the life of a VM is played once for every call that leaves the operator's
 * process, which is killed there and started again a second later.
 */
class CrashTest {
    private static final Duration STEP = Duration.ofSeconds(1);

    @Test
    void a_life_goes_its_way_wherever_the_operator_crashes() {
        int places = live(0);

        assertThat(places).isGreaterThan(200);
        for (int place = 1; place <= places; place++) {
            live(place);
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
            Life life = new Life(cluster, crashAt);
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
    private static int live(int crashAt) {
        try (Cluster cluster = new Cluster()) {
            Life life = new Life(cluster, crashAt);
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
        private Replica operator;
        private int crashes;

        Life(Cluster cluster, int crashAt) {
            this.cluster = cluster;
            this.crashAt = crashAt;
            cluster.host("host1", 4).guests().behave(GuestBehaviour.POLITE.bootingIn(STEP));
            cluster.host("host2", 2).guests().behave(GuestBehaviour.POLITE.bootingIn(STEP));
            operator = cluster.operator("operator-1");
            operator.process().crashAt(crashAt);
        }

        void play() {
            seconds(1);
            cluster.declare(vm("till").shutdownSeconds(20));
            seconds(4);
            runs();
            cluster.guestsOf("till").kill(cluster.uid("till"));
            seconds(5);
            runs();
            cluster.strategy("till", RunStrategy.Halted);
            seconds(7);
            assertThat(cluster.whereItRuns("till")).as(this::story).isEmpty();
            cluster.edit(vm("till").onlyOn("host2"));
            seconds(5);
            runs();
            cluster.deleteVm("till");
            seconds(10);
            assertThat(cluster.machine("till")).as(this::story).isEmpty();
            cluster.hosts().values().forEach(host -> assertThat(host.libvirt().domains())
                    .as(this::story)
                    .isEmpty());
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
