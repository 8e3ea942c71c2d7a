package dev.perene.vm;

import dev.perene.api.Condition;
import dev.perene.api.HAPolicySpec;
import dev.perene.api.HypervisorSpec;
import dev.perene.api.SpecEdit;
import dev.perene.api.Violation;
import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.CloudInit;
import dev.perene.api.VirtualMachineSpec.CloudInitSecret;
import dev.perene.api.VirtualMachineSpec.Cpu;
import dev.perene.api.VirtualMachineSpec.Disk;
import dev.perene.api.VirtualMachineSpec.Firmware;
import dev.perene.api.VirtualMachineSpec.Interface;
import dev.perene.api.VirtualMachineSpec.Memory;
import dev.perene.api.VirtualMachineSpec.Placement;
import dev.perene.api.VirtualMachineSpec.RunStrategy;
import dev.perene.api.VirtualMachineSpec.Source;
import dev.perene.api.VirtualMachineStatus;
import dev.perene.placement.Candidate;
import dev.perene.port.CommandProgress;
import dev.perene.port.DomainState;
import dev.perene.port.DomainTag;
import dev.perene.port.HostFacts;
import dev.perene.port.HostObservation;
import dev.perene.port.LibvirtContact;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.ManagementProbe;
import dev.perene.port.ShellObservation;
import dev.perene.port.SomeDomain;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds situations for tests: a VM named shop/till with one shared disk, and hosts that can run it. */
final class Situations {
    static final UUID TILL = UUID.fromString("11111111-2222-4333-8444-555555555555");
    static final Duration NOW = Duration.ofSeconds(1000);
    static final Instant WALL_CLOCK = Instant.parse("2026-01-01T00:00:00Z");
    private static final long GIBIBYTE = 1L << 30;

    private final Map<String, HostObservation> hosts = new LinkedHashMap<>();
    private final Map<String, Long> memory = new HashMap<>();
    private RunStrategy runStrategy = RunStrategy.Always;
    private boolean deleting;
    private List<Violation> violations = List.of();
    private VirtualMachineStatus status = VirtualMachineStatus.UNTOUCHED;
    private int shutdownSeconds = 120;
    private Optional<String> restartedAt = Optional.empty();
    private SeedSource seed = new SeedSource.None();
    private Firmware firmware = Firmware.BIOS;
    private @Nullable CloudInit cloudInit;
    private String onlyOn = "";
    private AppliedPolicy policy = AppliedPolicy.of(spec(RunStrategy.Always, 120), List.of());
    private Sighting sighting = new Sighting(Condition.ConditionStatus.False, NOW, Optional.empty());

    static Situations with() {
        return new Situations();
    }

    static VirtualMachineSpec spec(RunStrategy runStrategy, int shutdownSeconds) {
        VirtualMachineSpec sized =
                SpecEdit.with(SpecEdit.only("cpu", new Cpu(1, null)), "memory", new Memory(new Quantity("32Mi"), null));
        VirtualMachineSpec equipped = SpecEdit.with(
                SpecEdit.with(
                        sized,
                        "disks",
                        List.of(new Disk("system", new Source(null, "/dev/perene/shared1", null), null, null))),
                "interfaces",
                List.of(new Interface("net", "br0", null)));
        return SpecEdit.with(SpecEdit.with(equipped, "runStrategy", runStrategy), "shutdownSeconds", shutdownSeconds);
    }

    Situations host(String name) {
        return host(name, 1);
    }

    Situations host(String name, int gibibytes) {
        memory.put(name, gibibytes * GIBIBYTE);
        hosts.put(
                name,
                new HostObservation(
                        name,
                        new LibvirtContact.Connected(NOW),
                        Optional.of(new HostFacts(name, 2, gibibytes * GIBIBYTE, "12.8.0", "11.1.0", false)),
                        Map.of(),
                        Map.of(),
                        new ManagementProbe(Optional.of(NOW), 0, ""),
                        ShellObservation.UNTRIED,
                        Optional.empty()));
        return this;
    }

    Situations unreachable(String name) {
        return contact(
                name,
                new LibvirtContact.Disconnected(
                        NOW.minusSeconds(3), LibvirtFailure.Kind.Unreachable, "no route to host"));
    }

    Situations silentFor(String name, Duration silence) {
        return contact(name, new LibvirtContact.Connected(NOW.minus(silence)));
    }

    Situations connecting(String name) {
        return contact(name, new LibvirtContact.Connecting());
    }

    private Situations contact(String name, LibvirtContact contact) {
        hosts.computeIfPresent(name, (key, host) -> host.withLibvirt(contact));
        return this;
    }

    Situations domain(String host, DomainState state, String reason) {
        return domain(host, state, reason, Optional.of(new DomainTag(TILL, "shop", "till")));
    }

    Situations foreignDomain(String host) {
        return domain(host, DomainState.Running, "booted", Optional.empty());
    }

    private Situations domain(String host, DomainState state, String reason, Optional<DomainTag> tag) {
        hosts.computeIfPresent(
                host,
                (key, picture) -> picture.withDomains(Map.of(
                        TILL,
                        SomeDomain.observed(
                                TILL,
                                state,
                                reason,
                                tag,
                                Hardware.of(withExtras(spec(runStrategy, shutdownSeconds)), TILL),
                                NOW))));
        return this;
    }

    Situations progress(String host, CommandProgress progress) {
        hosts.computeIfPresent(host, (key, picture) -> picture.withCommands(Map.of(TILL, progress)));
        return this;
    }

    Situations runStrategy(RunStrategy strategy) {
        runStrategy = strategy;
        return this;
    }

    Situations shutdownSeconds(int seconds) {
        shutdownSeconds = seconds;
        return this;
    }

    Situations restartedAt(String value) {
        restartedAt = Optional.of(value);
        return this;
    }

    Situations seed(SeedSource known) {
        seed = known;
        cloudInit = new CloudInit(null, null, new CloudInitSecret("till-init"));
        return this;
    }

    Situations firmware(Firmware other) {
        firmware = other;
        return this;
    }

    Situations onlyOn(String host) {
        onlyOn = host;
        return this;
    }

    Situations restart(HAPolicySpec.Restart restart) {
        policy = new AppliedPolicy(
                Optional.of("short"), restart, Condition.ConditionStatus.True, "AsExpected", "HAPolicy short counts");
        return this;
    }

    /** What this process has seen for so long. */
    Situations seen(Condition.ConditionStatus runs, Duration since) {
        sighting = new Sighting(runs, NOW.minus(since), sighting.startDecided());
        return this;
    }

    /** This process has decided on the latest start so long ago. */
    Situations startDecided(Duration ago) {
        sighting = sighting.started(NOW.minus(ago));
        return this;
    }

    /** What the status tells of restarts and of the guest. */
    Situations remembered(int inARow, VirtualMachineStatus.@Nullable Guest guest) {
        status = new VirtualMachineStatus(
                1L, "host1", TILL.toString(), "Running", 10, inARow, guest, status.restartedAt(), status.conditions());
        return this;
    }

    Situations deleting() {
        deleting = true;
        return this;
    }

    Situations invalid(String field, String message) {
        violations = List.of(new Violation(field, message));
        return this;
    }

    Situations recordedOn(String host) {
        status = new VirtualMachineStatus(
                1L,
                host,
                TILL.toString(),
                status.printableStatus(),
                status.restarts(),
                status.consecutiveRestarts(),
                status.guest(),
                status.restartedAt(),
                status.conditions());
        return this;
    }

    Situations after(Decision earlier) {
        status = earlier.status();
        return this;
    }

    Situation situation() {
        return new Situation(
                TILL,
                "shop",
                "till",
                1L,
                deleting,
                restartedAt,
                withExtras(spec(runStrategy, shutdownSeconds)),
                violations,
                status,
                policy,
                sighting,
                new ArrayList<>(hosts.values()),
                hosts.values().stream().map(this::candidate).toList(),
                NOW,
                WALL_CLOCK,
                Map.of(),
                List.of(),
                Set.of(),
                Optional.empty(),
                seed);
    }

    private VirtualMachineSpec withExtras(VirtualMachineSpec plain) {
        VirtualMachineSpec extra = SpecEdit.with(plain, "firmware", firmware);
        VirtualMachineSpec told = cloudInit == null ? extra : SpecEdit.with(extra, "cloudInit", cloudInit);
        return onlyOn.isEmpty() ? told : SpecEdit.with(told, "placement", new Placement(List.of(onlyOn), null));
    }

    Decision decide() {
        return VirtualMachinePlanner.decide(situation());
    }

    private Candidate candidate(HostObservation host) {
        return new Candidate(
                host.name(),
                Map.of(),
                new HypervisorSpec(
                        "qemu+tcp://" + host.name() + "/system",
                        null,
                        List.of(),
                        null,
                        null,
                        new HypervisorSpec.Allowed(
                                List.of(), List.of("/dev/perene/"), List.of("br0"), List.of(), List.of())),
                host.answering(NOW) ? Optional.empty() : Optional.of(host.silence(NOW)),
                2,
                memory.get(host.name()),
                0,
                Map.of());
    }
}
