package dev.perene.vm;

import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.Hypervisor;
import dev.perene.api.HypervisorSpec;
import dev.perene.api.PereneApi;
import dev.perene.api.VirtualMachine;
import dev.perene.api.VirtualMachineStatus;
import dev.perene.port.DomainObservation;
import dev.perene.port.DomainPresence;
import dev.perene.port.HostInventory;
import dev.perene.port.HostObservation;
import dev.perene.port.Journal;
import dev.perene.port.LibvirtContact;
import dev.perene.port.ObjectReconciler;
import dev.perene.port.ObjectStore;
import dev.perene.port.SecretSource;
import dev.perene.port.StatusWriter;
import dev.perene.port.TimeSource;
import dev.perene.vm.Decision.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Observes, lets {@link VirtualMachinePlanner} decide, persists, acts. Before a step that lets a guest run, the status is
 * written on condition that nobody else wrote since it was read; without that write nothing is started.
 */
public final class VirtualMachineReconciler implements ObjectReconciler<VirtualMachine> {

    private final HostInventory inventory;
    private final ObjectStore store;
    private final StatusWriter writer;
    private final TimeSource time;
    private final Journal journal;
    private final SecretSource secrets;
    private final Map<String, Judged> judged = new ConcurrentHashMap<>();
    private final Sightings sightings = new Sightings();

    /** Whether a version of a Hypervisor is valid. */
    private record Judged(String version, boolean valid) {}

    /** A reconciler that drives the given hosts and reads cloud-init's data from the given Secrets. */
    public VirtualMachineReconciler(
            HostInventory inventory, ObjectStore store, TimeSource time, Journal journal, SecretSource secrets) {
        this.inventory = inventory;
        this.store = store;
        this.writer = new StatusWriter(store, time);
        this.time = time;
        this.journal = journal;
        this.secrets = secrets;
    }

    @Override
    public Optional<Duration> reconcile(VirtualMachine machine) {
        if (!machine.isMarkedForDeletion() && machine.addFinalizer(PereneApi.FINALIZER)) {
            store.replaceFinalizers(machine);
            return Optional.of(Duration.ZERO);
        }
        Situation situation = observe(machine);
        Decision decision = decide(situation);
        if (decision.released()) {
            return release(machine);
        }
        return switch (persist(machine, situation, decision)) {
            case StatusWriter.Outcome.Unchanged() -> act(machine, decision);
            case StatusWriter.Outcome.Written() -> {
                decision.announcement().ifPresent(announcement -> store.announce(machine, announcement));
                yield act(machine, decision);
            }
            case StatusWriter.Outcome.Postponed(Duration until) -> {
                act(machine, decision);
                yield Optional.of(until);
            }
            case StatusWriter.Outcome.NotWritten(Duration retryIn) -> Optional.of(retryIn);
        };
    }

    @Override
    public void forget(VirtualMachine machine) {
        inventory.watchPaths(uid(machine), Set.of(), Optional.empty());
        writer.forget(machine);
        sightings.forget(uid(machine));
    }

    /** A Secret is read only when the VM is about to be started or restarted; then the decision is made again with it. */
    private Decision decide(Situation situation) {
        Decision decision = VirtualMachinePlanner.decide(situation);
        boolean needed = decision.starts()
                || situation.restartIsDue() && !decision.steps().isEmpty();
        return needed && situation.seed() instanceof SeedSource.Unread(String name)
                ? VirtualMachinePlanner.decide(situation.withSeed(read(situation.namespace(), name)))
                : decision;
    }

    private SeedSource read(String namespace, String name) {
        try {
            return SeedSource.of(
                    namespace + "/" + name, secrets.secret(new HypervisorSpec.SecretReference(namespace, name)));
        } catch (IOException failure) {
            return new SeedSource.Unavailable(
                    failure.getMessage() + "; create it there, or change spec.cloudInit.secretRef");
        }
    }

    private Situation observe(VirtualMachine machine) {
        watchPaths(machine);
        List<Hypervisor> declared = new ArrayList<>(store.hypervisors());
        List<HostObservation> hosts =
                declared.stream().map(hypervisor -> picture(hypervisor)).toList();
        Duration now = time.monotonic();
        VirtualMachineStatus status = status(machine);
        Optional<String> recorded = Optional.ofNullable(status.hostName());
        boolean settled = isSettled(machine, hosts, now);
        return new Situation(
                uid(machine),
                machine.getMetadata().getNamespace(),
                machine.getMetadata().getName(),
                machine.getMetadata().getGeneration(),
                machine.isMarkedForDeletion(),
                annotation(machine, PereneApi.RESTARTED_AT),
                machine.getSpec(),
                machine.getSpec().validate(),
                status,
                AppliedPolicy.of(machine.getSpec(), store.policies()),
                sightings.note(uid(machine), Sighting.look(uid(machine), recorded, hosts, now), restarts(status), now),
                hosts,
                settled
                        ? List.of()
                        : Candidates.of(uid(machine), paths(machine), declared, hosts, store.virtualMachines(), now),
                now,
                time.wallClock(),
                declared.stream()
                        .collect(Collectors.toMap(
                                hypervisor -> hypervisor.getMetadata().getName(),
                                hypervisor -> hypervisor.getSpec().allowed())),
                !settled || isNotAsFoundWell(machine) ? Claim.against(machine, store::claimants) : List.of(),
                machine.getSpec().adopt() == null ? Set.of() : uids(store.virtualMachines()),
                annotation(machine, PereneApi.ON_DELETE),
                SeedSource.of(machine.getSpec()));
    }

    private static Optional<String> annotation(VirtualMachine machine, String key) {
        return Optional.ofNullable(machine.getMetadata().getAnnotations()).map(annotations -> annotations.get(key));
    }

    private static Set<UUID> uids(Collection<VirtualMachine> machines) {
        return machines.stream().map(VirtualMachineReconciler::uid).collect(Collectors.toSet());
    }

    /** Whether its spec is not what was last found well, so that it may want what another VM has. */
    private static boolean isNotAsFoundWell(VirtualMachine machine) {
        VirtualMachineStatus status = status(machine);
        return !Conditions.is(status.conditions(), Conditions.READY, ConditionStatus.True)
                || !Objects.equals(
                        status.observedGeneration(), machine.getMetadata().getGeneration());
    }

    /** Judged once for every version of the object: every look at a VM asks it of all hosts. */
    private boolean valid(Hypervisor hypervisor) {
        String name = hypervisor.getMetadata().getName();
        String version = String.valueOf(hypervisor.getMetadata().getResourceVersion());
        Judged known = judged.get(name);
        if (known == null || !known.version().equals(version)) {
            known = new Judged(version, hypervisor.getSpec().validate().isEmpty());
            judged.put(name, known);
        }
        return known.valid();
    }

    /** Every declared host has one: of a host that is not monitored yet nothing is known, not that nothing is there. */
    private HostObservation picture(Hypervisor hypervisor) {
        String name = hypervisor.getMetadata().getName();
        if (!valid(hypervisor)) {
            return HostObservation.unusable(name, "the spec of Hypervisor " + name + " is invalid");
        }
        HostObservation seen = inventory.host(name).orElseGet(() -> HostObservation.unseen(name));
        return seen.duplicateOf()
                .map(older -> HostObservation.unusable(
                        name, "Hypervisor " + name + " describes the same machine as Hypervisor " + older))
                .orElse(seen);
    }

    /** Whether nobody asks where it could be started: a copy is active, or the recorded host was not tried yet. */
    private static boolean isSettled(VirtualMachine machine, List<HostObservation> hosts, Duration now) {
        UUID domain = DomainIdentity.uuid(uid(machine), machine.getStatus());
        String recorded =
                machine.getStatus() == null ? null : machine.getStatus().hostName();
        return hosts.stream()
                .anyMatch(host -> host.name().equals(recorded) && host.libvirt() instanceof LibvirtContact.Connecting
                        || host.presence(domain, now) instanceof DomainPresence.Present(DomainObservation seen)
                                && seen.state().active());
    }

    /**
     * Has the VM's paths looked at on the host that the record names, and on all hosts only when none could run it: to
     * look everywhere for everything would grow with hosts times VMs.
     */
    private void watchPaths(VirtualMachine machine) {
        VirtualMachineStatus status = status(machine);
        boolean nowhere = Conditions.of(status.conditions(), Conditions.READY)
                .filter(ready -> ready.reason().equals("NoHost"))
                .isPresent();
        Optional<String> recorded = Optional.ofNullable(status.hostName());
        inventory.watchPaths(
                uid(machine),
                nowhere || recorded.isPresent() ? paths(machine) : Set.of(),
                nowhere ? Optional.empty() : recorded);
    }

    /** Writes the decision's status: always before a start, else when it changed. */
    private StatusWriter.Outcome persist(VirtualMachine machine, Situation situation, Decision decision) {
        VirtualMachineStatus before = situation.status();
        machine.setStatus(decision.status());
        boolean unchanged = before.equals(decision.status()) && !decision.starts();
        boolean urgent = decision.starts()
                || !Objects.equals(before.hostName(), decision.status().hostName())
                || !before.conditions().equals(decision.status().conditions());
        StatusWriter.Outcome outcome = writer.write(machine, unchanged, urgent);
        if (outcome instanceof StatusWriter.Outcome.Written) {
            sightings.wrote(situation.uid(), restarts(decision.status()), decision.starts(), situation.now());
        }
        return outcome;
    }

    private Optional<Duration> act(VirtualMachine machine, Decision decision) {
        for (Step step : decision.steps()) {
            boolean taken = inventory.submit(step.host(), step.command());
            journal.write(new Journal.Entry(
                    "VirtualMachine " + machine.getMetadata().getNamespace() + "/"
                            + machine.getMetadata().getName(),
                    Optional.of(step.host()),
                    step.command().getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT),
                    taken ? "decided" : "busy",
                    decision.reason(),
                    Optional.empty()));
        }
        return decision.lookAgain();
    }

    private Optional<Duration> release(VirtualMachine machine) {
        forget(machine);
        if (machine.removeFinalizer(PereneApi.FINALIZER)) {
            store.replaceFinalizers(machine);
        }
        return Optional.empty();
    }

    private static VirtualMachineStatus status(VirtualMachine machine) {
        return machine.getStatus() == null ? VirtualMachineStatus.UNTOUCHED : machine.getStatus();
    }

    private static int restarts(VirtualMachineStatus status) {
        return Optional.ofNullable(status.restarts()).orElse(0);
    }

    private static UUID uid(VirtualMachine machine) {
        return UUID.fromString(machine.getMetadata().getUid());
    }

    private static Set<String> paths(VirtualMachine machine) {
        return machine.getSpec().disks().stream()
                .flatMap(disk -> disk.location().stream())
                .collect(Collectors.toSet());
    }
}
