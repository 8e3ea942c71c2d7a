package dev.perene.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.VirtualMachineSpec.RunStrategy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Random faults for five virtual minutes, then everything is mended: what must never be never is, and all VMs are well. */
class RandomFaultsTest {
    private static final int SEEDS = Integer.getInteger("perene.seeds", 200);
    private static final long FIRST = Long.getLong("perene.seed", 1);

    @Test
    void whatever_breaks_nothing_runs_twice_and_all_is_well_in_the_end() {
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            play(seed);
        }
        System.out.println("random faults: seeds=" + SEEDS);
    }

    private static void play(long seed) {
        try (Cluster cluster = new Cluster()) {
            RandomFaults faults = new RandomFaults(cluster, seed);
            faults.rage(300);
            faults.mend();
            faults.calm(240);
            long writes = cluster.store().writes();
            faults.calm(60);

            String story = "-Dperene.seed=" + seed + " -Dperene.seeds=1" + System.lineSeparator()
                    + tail(cluster.transcript().text());
            assertThat(cluster.invariants().violations()).as(story).isEmpty();
            for (String vm : faults.machines()) {
                boolean wanted = cluster.machine(vm).orElseThrow().getSpec().runStrategy() == RunStrategy.Always;
                assertThat(cluster.whereItRuns(vm).isPresent())
                        .as("%s should run: %s; %s", vm, wanted, story)
                        .isEqualTo(wanted);
                assertThat(cluster.printable(vm)).as("%s; %s", vm, story).isEqualTo(wanted ? "Running" : "Stopped");
            }
            assertThat(cluster.store().writes() - writes).as(story).isZero();
        }
    }

    /** What a person can read; all of it is there when a single seed is played. */
    private static String tail(String text) {
        List<String> lines = text.lines().toList();
        return String.join(
                System.lineSeparator(),
                SEEDS == 1 ? lines : lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    }
}
