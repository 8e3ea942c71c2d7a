package dev.perene.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perene.adapter.kube.KubeObjectStore;
import dev.perene.adapter.libvirt.JnaLibvirtConnector;
import dev.perene.adapter.probe.TcpAddressProbe;
import dev.perene.adapter.ssh.MinaHostShell;
import dev.perene.api.HAPolicy;
import dev.perene.api.HAPolicySpec;
import dev.perene.api.Hypervisor;
import dev.perene.api.HypervisorSpec;
import dev.perene.port.DomainState;
import dev.perene.port.LibvirtConnection;
import dev.perene.port.LibvirtConnector;
import dev.perene.port.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * How long a VM is down whose QEMU is killed: from the SIGKILL, by the host's clock, until libvirt says, over a
 * connection of the benchmark's own, that the domain runs again. The clocks are compared before each run; the error is
 * at most half of the fastest round trip, which the table shows.
 */
final class RestartBench extends Story {
    private static final int RUNS = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Run(long totalMilliseconds, long createMilliseconds, long errorMilliseconds) {
        long ours() {
            return totalMilliseconds - createMilliseconds;
        }
    }

    public static void main(String[] arguments) throws Exception {
        new RestartBench().measure();
        // The operator SDK's and libvirt's threads are not waited for.
        System.exit(0);
    }

    private void measure() throws Exception {
        declareHosts();
        Machine till = declareToBeKilled().awaitRunning();
        HypervisorSpec host =
                client.resources(Hypervisor.class).withName(till.host()).get().getSpec();
        UUID uuid = UUID.fromString(till.uid());
        List<Run> runs = new ArrayList<>();
        BlockingQueue<UUID> changes = new LinkedBlockingQueue<>();
        try (KubeObjectStore store = new KubeObjectStore(client);
                MinaHostShell shell = new MinaHostShell(store);
                LibvirtConnection libvirt = connector(store).open(host, listener(changes))) {
            System.out.printf("%4s %10s %10s %10s %10s%n", "run", "total ms", "create ms", "ours ms", "+- ms");
            for (int run = 1; run <= RUNS; run++) {
                pause(Duration.ofSeconds(2));
                Run measured = once(till, host, uuid, shell, libvirt, changes);
                runs.add(measured);
                System.out.printf(
                        "%4d %10d %10d %10d %10d%n",
                        run,
                        measured.totalMilliseconds(),
                        measured.createMilliseconds(),
                        measured.ours(),
                        measured.errorMilliseconds());
            }
        }
        till.awaitBoots(RUNS + 1);
        System.out.println(till.guest().verified().strip());
        removeVirtualMachines();
        client.resources(HAPolicy.class).withName("bench").delete();
        stopOperator();
        System.out.printf(
                "bench restart: runs=%d median_ms=%d ours_ms=%d max_ms=%d double=0%n",
                RUNS,
                median(runs.stream().map(Run::totalMilliseconds).toList()),
                median(runs.stream().map(Run::ours).toList()),
                runs.stream().mapToLong(Run::totalMilliseconds).max().orElseThrow());
    }

    /** By a usual policy a guest that dies twenty times would wait, and soon stay down. */
    private Machine declareToBeKilled() {
        HAPolicy policy = new HAPolicy();
        policy.getMetadata().setName("bench");
        policy.setSpec(new HAPolicySpec(new HAPolicySpec.Restart(1000, 0, 1)));
        client.resource(policy).serverSideApply();
        lab.guestImage(DEVICE, withAddress());
        return declareAsIs("till", manifest -> manifest + "  policyRef: {name: bench}\n");
    }

    private Run once(
            Machine till,
            HypervisorSpec host,
            UUID uuid,
            MinaHostShell shell,
            LibvirtConnection libvirt,
            BlockingQueue<UUID> changes)
            throws Exception {
        changes.clear();
        Clock clock = Clock.of(host, shell);
        // The time is read before the kill, so that a slow host makes the figure larger, not smaller.
        List<String> kill = List.of(
                "sh",
                "-c",
                "date +%s%N; exec kill -9 \"$1\"",
                "sh",
                shell.run(
                                host.ssh(),
                                List.of("cat", "/run/libvirt/qemu/perene-" + uuid + ".pid"),
                                Duration.ofSeconds(5))
                        .output()
                        .strip());
        long creations = creations(uuid).size();
        long killed = clock.toOurs(Long.parseLong(
                shell.run(host.ssh(), kill, Duration.ofSeconds(5)).output().strip()));
        boolean stopped = false;
        while (true) {
            if (changes.poll(30, TimeUnit.SECONDS) == null) {
                throw new IllegalStateException("no event for 30 s, it is " + till.status());
            }
            DomainState state = libvirt.domain(uuid).orElseThrow().state();
            stopped |= state == DomainState.ShutOff;
            if (stopped && state == DomainState.Running) {
                break;
            }
        }
        long total = TimeUnit.NANOSECONDS.toMillis(now() - killed);
        await("the operator tells how long libvirt took", () -> creations(uuid).size() > creations);
        return new Run(total, creations(uuid).getLast(), TimeUnit.NANOSECONDS.toMillis(clock.error()));
    }

    private static long now() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    /**
     * The difference between a host's clock and ours, in nanoseconds.
     *
     * @param ahead how far the host's clock is ahead of ours
     * @param error by how much that may be wrong
     */
    private record Clock(long ahead, long error) {
        static Clock of(HypervisorSpec host, MinaHostShell shell) throws IOException {
            Clock best = new Clock(0, Long.MAX_VALUE);
            for (int sample = 0; sample < 5; sample++) {
                long before = now();
                long theirs = Long.parseLong(shell.run(host.ssh(), List.of("date", "+%s%N"), Duration.ofSeconds(5))
                        .output()
                        .strip());
                long error = (now() - before) / 2;
                if (error < best.error()) {
                    best = new Clock(theirs - before - error, error);
                }
            }
            return best;
        }

        long toOurs(long theirs) {
            return theirs - ahead;
        }
    }

    /** Milliseconds of each create call, from the operator's journal. */
    private List<Long> creations(UUID uuid) {
        try {
            List<Long> found = new ArrayList<>();
            for (String line : Files.readAllLines(operator.log())) {
                if (line.startsWith("{") && line.contains("create done") && line.contains(uuid.toString())) {
                    JsonNode fields = JSON.readTree(line).path("mdc");
                    found.add(fields.path("milliseconds").asLong());
                }
            }
            return found;
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private static LibvirtConnector connector(KubeObjectStore store) {
        return new JnaLibvirtConnector(new TcpAddressProbe(), store, new TimeSource() {
            @Override
            public Duration monotonic() {
                return Duration.ofNanos(System.nanoTime());
            }

            @Override
            public Instant wallClock() {
                return Instant.now();
            }
        });
    }

    private static LibvirtConnector.Listener listener(BlockingQueue<UUID> changes) {
        return new LibvirtConnector.Listener() {
            @Override
            public void domainChanged(UUID uuid) {
                changes.add(uuid);
            }

            @Override
            public void connectionLost(String why) {
                throw new IllegalStateException(why);
            }
        };
    }

    private static long median(List<Long> values) {
        List<Long> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
