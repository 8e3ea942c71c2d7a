package dev.perene.sim;

import dev.perene.api.HAPolicy;
import dev.perene.api.HAPolicySpec;
import dev.perene.api.Hypervisor;
import dev.perene.api.HypervisorSpec;
import dev.perene.api.HypervisorSpec.Address;
import dev.perene.api.HypervisorSpec.AddressType;
import dev.perene.api.HypervisorSpec.Allowed;
import dev.perene.api.HypervisorSpec.SecretReference;
import dev.perene.api.HypervisorSpec.Ssh;
import dev.perene.api.PereneApi;
import dev.perene.api.VirtualMachine;
import dev.perene.app.PlatformWorkers;
import dev.perene.host.HostMonitors;
import dev.perene.host.HypervisorReconciler;
import dev.perene.port.DomainObservation;
import dev.perene.port.DomainState;
import dev.perene.port.DomainTag;
import dev.perene.port.HostFacts;
import dev.perene.port.Journal;
import dev.perene.port.ObjectReconciler;
import dev.perene.port.ShellObservation.PathKind;
import dev.perene.vm.HAPolicyReconciler;
import dev.perene.vm.VirtualMachineReconciler;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/** One size of {@link ScaleBench}: brings all VMs up, restarts the operator, waits in peace, then kills guests. */
final class ScaleRun implements AutoCloseable {
    private static final int KILLS = 600;
    private static final Duration BETWEEN_KILLS = Duration.ofMillis(50);

    private final RealTimeline time = new RealTimeline();
    private final PooledWorkers pool = new PooledWorkers();
    private final Stopwatch stopwatch = new Stopwatch();
    private final SimulatedStore store = new SimulatedStore(time, stopwatch);
    private final SimulatedNetwork network = new SimulatedNetwork();
    private final List<SimulatedHost> hosts = new ArrayList<>();
    private final int machines;

    /** What was measured. */
    record Figures(
            int hosts,
            int machines,
            double medianMilliseconds,
            double p99Milliseconds,
            double steadyWritesPerMinute,
            long heapMebibytes,
            long residentMebibytes,
            long firstReconcileMilliseconds,
            double cpuSeconds,
            int threads) {}

    ScaleRun(int hostCount, int machines) {
        this.machines = machines;
        for (int index = 0; index < hostCount; index++) {
            addHost("host" + index);
        }
        store.create(atOnce());
        for (int index = 0; index < machines; index++) {
            store.create(Vm.vm("vm" + index).object());
        }
    }

    Figures measure(Duration steady) {
        double cpuBefore = cpuSeconds();
        try (Running first = new Running()) {
            until("all VMs run", () -> stopwatch.running() == machines);
            settle(first);
        }
        long began = System.nanoTime();
        try (Running second = new Running()) {
            until("all VMs are looked at", () -> second.seen.size() == machines);
            long firstReconcile = (System.nanoTime() - began) / 1_000_000;
            settle(second);
            long writes = store.writes();
            time.sleep(steady);
            double writesPerMinute = (store.writes() - writes) * 60.0 / steady.toSeconds();
            killSome();
            double[] latencies = stopwatch.milliseconds();
            double cpu = cpuSeconds() - cpuBefore;
            return new Figures(
                    hosts.size(),
                    machines,
                    latencies[latencies.length / 2],
                    latencies[Math.min(latencies.length - 1, latencies.length * 99 / 100)],
                    writesPerMinute,
                    heap(),
                    resident(),
                    firstReconcile,
                    cpu,
                    ManagementFactory.getThreadMXBean().getThreadCount());
        }
    }

    /** Guests die on one host after the other, so that no start waits for the QEMU of another. */
    private void killSome() {
        Random random = new Random(1);
        stopwatch.begin();
        for (int kill = 0; kill < KILLS; kill++) {
            SimulatedHost host = hosts.get(kill % hosts.size());
            List<DomainObservation> running = host.libvirt().domains().stream()
                    .filter(domain -> domain.state() == DomainState.Running)
                    .toList();
            if (running.isEmpty()) {
                throw new IllegalStateException(host.name() + " runs nothing, domains by host: "
                        + hosts.stream()
                                .map(each -> each.libvirt().domains().size())
                                .toList());
            }
            host.guests().kill(running.get(random.nextInt(running.size())).uuid());
            time.sleep(BETWEEN_KILLS);
        }
        until("all VMs run again", () -> stopwatch.running() == machines);
    }

    /** Until nothing is written for five seconds. */
    private void settle(Running operator) {
        until("all VMs are seen", () -> operator.seen.size() == machines);
        long before = -1;
        while (store.writes() != before) {
            before = store.writes();
            time.sleep(Duration.ofSeconds(5));
        }
    }

    private void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("never: " + what);
            }
            time.sleep(Duration.ofMillis(2));
        }
    }

    /** By a usual policy a guest that dies twice would wait, which is not what is measured. */
    private static HAPolicy atOnce() {
        HAPolicy policy = new HAPolicy();
        policy.setMetadata(new ObjectMetaBuilder()
                .withName("at-once")
                .addToAnnotations(PereneApi.DEFAULT_POLICY, "true")
                .build());
        policy.setSpec(new HAPolicySpec(new HAPolicySpec.Restart(1000, 0, 1)));
        return policy;
    }

    private void addHost(String name) {
        HostFacts facts = new HostFacts("machine-" + name, 64, 256L << 30, "12.8.0", "11.1.3", true);
        SimulatedHost host = new SimulatedHost(name, name + ".example", facts, time, stopwatch);
        for (int index = 0; index < machines; index++) {
            host.path("/dev/shared/vm" + index, PathKind.BlockDevice);
        }
        hosts.add(host);
        network.add(host);
        Hypervisor hypervisor = new Hypervisor();
        hypervisor.setMetadata(new ObjectMetaBuilder().withName(name).build());
        String address = name + ".example";
        hypervisor.setSpec(new HypervisorSpec(
                "qemu+ssh://root@" + address + "/system",
                new Ssh(address, 22, "root", new SecretReference("perene", "ssh"), Cluster.HOST_KEY),
                List.of(new Address(AddressType.Management, address)),
                null,
                null,
                new Allowed(List.of(), List.of("/dev/shared/"), List.of("br0"), List.of(), List.of())));
        store.create(hypervisor);
    }

    @Override
    public void close() {
        pool.close();
        time.close();
    }

    private static double cpuSeconds() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1e9;
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    }

    private static long resident() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
                    .findFirst()
                    .orElse(0L);
        } catch (IOException notLinux) {
            return 0;
        }
    }

    /** One operator's process. */
    private final class Running implements AutoCloseable {
        private final Set<String> seen = ConcurrentHashMap.newKeySet();
        private final HostMonitors monitors;
        private final SimulatedOperator operator;

        Running() {
            StoreClient client = store.client("operator", time);
            SimulatedNetwork.Access access = network.from(time);
            Journal journal = entry -> {};
            monitors = new HostMonitors(access, access, access, new PlatformWorkers(), time, journal);
            ObjectReconciler<VirtualMachine> reconciler =
                    new VirtualMachineReconciler(monitors, client, time, journal, client);
            operator = new SimulatedOperator(
                    pool,
                    client,
                    monitors,
                    journal,
                    new HypervisorReconciler(monitors, client, time, journal),
                    new ObjectReconciler<>() {
                        @Override
                        public Optional<Duration> reconcile(VirtualMachine machine) {
                            Optional<Duration> again = reconciler.reconcile(machine);
                            seen.add(machine.getMetadata().getName());
                            return again;
                        }

                        @Override
                        public void forget(VirtualMachine machine) {
                            reconciler.forget(machine);
                        }
                    },
                    new HAPolicyReconciler(client, time, journal));
            operator.start();
        }

        @Override
        public void close() {
            operator.stop();
            monitors.close();
        }
    }

    /** Measures from a domain's end to the order to start it again. */
    private static final class Stopwatch implements WorldListener {
        private final Map<UUID, Long> stopped = new ConcurrentHashMap<>();
        private final Set<UUID> runs = ConcurrentHashMap.newKeySet();
        private final Queue<Double> milliseconds = new ConcurrentLinkedQueue<>();

        int running() {
            return runs.size();
        }

        void begin() {
            milliseconds.clear();
        }

        double[] milliseconds() {
            double[] sorted =
                    milliseconds.stream().mapToDouble(Double::doubleValue).toArray();
            Arrays.sort(sorted);
            return sorted;
        }

        @Override
        public void domainState(String host, UUID domain, Optional<DomainState> state, String reason) {
            if (state.filter(DomainState.Running::equals).isPresent()) {
                runs.add(domain);
            } else {
                runs.remove(domain);
            }
        }

        @Override
        public void domainEvent(String host, UUID domain, LifecycleEvent event, String detail) {
            if (event == LifecycleEvent.Stopped) {
                stopped.put(domain, System.nanoTime());
            }
        }

        @Override
        public void commanded(String host, String call, UUID domain, boolean existed, Optional<DomainTag> tag) {
            Long since = call.equals("start") ? stopped.remove(domain) : null;
            if (since != null) {
                milliseconds.add((System.nanoTime() - since) / 1e6);
            }
        }
    }
}
