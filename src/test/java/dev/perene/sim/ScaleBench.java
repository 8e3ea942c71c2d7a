package dev.perene.sim;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How the operator bears many hosts: {@code hack/bench scale}.
 *
 * <p>The real monitors and reconcilers run on real threads by the wall clock (four platform threads for every host, 50 for
 * reconciles), against simulated hosts and an API server in memory: the deterministic driver would hide contention and
 * queueing, which is what milliseconds are about. Not in the figures: the operator SDK's own work (a JSON copy per look),
 * the network, libvirt's client. In the figures, although a real operator does not bear it: the simulated hosts.
 */
public final class ScaleBench {
    private ScaleBench() {}

    /** Runs a warm-up and both sizes, and prints a table and the line that is asked for. */
    public static void main(String[] arguments) {
        Duration steady = Duration.ofSeconds(arguments.length > 0 ? Long.parseLong(arguments[0]) : 60);
        int hosts = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
        measure(20, Duration.ofSeconds(5));
        List<ScaleRun.Figures> sizes = List.of(measure(hosts, steady), measure(2 * hosts, steady));
        System.out.printf(
                "%6s %6s %8s %8s %20s %9s %8s %18s %8s %10s%n",
                "hosts",
                "vms",
                "p50_ms",
                "p99_ms",
                "steady_writes_per_min",
                "heap_mib",
                "rss_mib",
                "first_reconcile_ms",
                "cpu_s",
                "threads");
        for (ScaleRun.Figures each : sizes) {
            System.out.printf(
                    Locale.ROOT,
                    "%6d %6d %8.1f %8.1f %20.1f %9d %8d %18d %8.1f %10d%n",
                    each.hosts(),
                    each.machines(),
                    each.medianMilliseconds(),
                    each.p99Milliseconds(),
                    each.steadyWritesPerMinute(),
                    each.heapMebibytes(),
                    each.residentMebibytes(),
                    each.firstReconcileMilliseconds(),
                    each.cpuSeconds(),
                    each.threads());
        }
        ScaleRun.Figures last = sizes.getLast();
        System.out.printf(
                Locale.ROOT,
                "bench scale: hosts=%d vms=%d p99_ms=%.1f steady_writes_per_minute=%.0f heap_mib=%d rss_mib=%d"
                        + " first_reconcile_ms=%d growth=%.2f%n",
                last.hosts(),
                last.machines(),
                last.p99Milliseconds(),
                last.steadyWritesPerMinute(),
                last.heapMebibytes(),
                last.residentMebibytes(),
                last.firstReconcileMilliseconds(),
                last.cpuSeconds() / sizes.getFirst().cpuSeconds());
        System.exit(0);
    }

    private static ScaleRun.Figures measure(int hosts, Duration steady) {
        try (ScaleRun run = new ScaleRun(hosts, 20 * hosts)) {
            return run.measure(steady);
        }
    }
}
