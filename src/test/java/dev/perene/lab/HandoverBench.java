package dev.perene.lab;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long nobody acts when the leader is killed: from its SIGKILL until the other operator's log tells its first
 * decision. At that moment one VM is being started and another's QEMU is killed. What the guests wrote says whether two of
 * them ran.
 */
final class HandoverBench extends TwoOperators {
    private static final int RUNS = 10;
    private static final Pattern DOUBLE = Pattern.compile("lost=(\\d+) foreign=(\\d+) overlapping=(\\d+)");

    private record Run(long firstAction, long allRunning, int foundTwice) {}

    public static void main(String[] arguments) {
        new HandoverBench().measure();
        // The client's threads are not waited for.
        System.exit(0);
    }

    private void measure() {
        declareHosts();
        awaitBoth();
        Machine till = declare("till").awaitRunning();
        List<Run> runs = new ArrayList<>();
        System.out.printf("%4s %16s %16s %10s%n", "run", "first action ms", "all running ms", "double");
        for (int run = 1; run <= RUNS; run++) {
            Run measured = once(till, run);
            runs.add(measured);
            System.out.printf(
                    "%4d %16d %16d %10d%n", run, measured.firstAction(), measured.allRunning(), measured.foundTwice());
        }
        removeVirtualMachines();
        stopSecond();
        stopOperator();
        List<Long> sorted = runs.stream().map(Run::firstAction).sorted().toList();
        System.out.printf(
                "bench handover: runs=%d handover_ms=%d max_ms=%d double=%d%n",
                RUNS,
                (sorted.get((RUNS - 1) / 2) + sorted.get(RUNS / 2)) / 2,
                sorted.getLast(),
                runs.stream().mapToInt(Run::foundTwice).sum());
    }

    private Run once(Machine till, int run) {
        Replica leader = leader();
        Replica standby = otherThan(leader);
        long boots = till.guest().boots();
        Machine shop = declareOther("shop" + run);
        pause(Duration.ofMillis(ThreadLocalRandom.current().nextInt(1500)));

        Instant killed = Instant.now();
        leader.kill();
        till.killQemu();

        await("the other one acts", () -> !standby.decisions(killed).isEmpty());
        await(
                "both guests run",
                () -> till.guest().boots() > boots
                        && shop.guest().acknowledged() > 0
                        && till.is("Running")
                        && shop.is("Running"));
        long allRunning = Duration.between(killed, Instant.now()).toMillis();
        leader.start();
        awaitLeaderAndStandby();
        Run measured = new Run(
                Duration.between(killed, standby.decisions(killed).getFirst()).toMillis(),
                allRunning,
                twice(till) + twice(shop));
        shop.resource().delete();
        await("it is gone", () -> shop.resource().get() == null);
        return measured;
    }

    /** How many writes a second guest made or saw; the checker exits with an error when there are any. */
    private static int twice(Machine machine) {
        String summary;
        try {
            summary = machine.guest().verified();
        } catch (IllegalStateException found) {
            summary = String.valueOf(found.getMessage());
            System.out.println(summary);
        }
        Matcher figures = DOUBLE.matcher(summary);
        if (!figures.find() || !figures.group(1).equals("0")) {
            throw new IllegalStateException("not verified: " + summary);
        }
        return Integer.parseInt(figures.group(2)) + Integer.parseInt(figures.group(3));
    }
}
