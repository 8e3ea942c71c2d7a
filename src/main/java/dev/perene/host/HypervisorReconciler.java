package dev.perene.host;

import dev.perene.api.Condition;
import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.Hypervisor;
import dev.perene.api.HypervisorStatus;
import dev.perene.api.PereneApi;
import dev.perene.api.VirtualMachine;
import dev.perene.port.DomainTag;
import dev.perene.port.HostObservation;
import dev.perene.port.Journal;
import dev.perene.port.ObjectReconciler;
import dev.perene.port.ObjectStore;
import dev.perene.port.ObjectStore.Announcement;
import dev.perene.port.StatusWriter;
import dev.perene.port.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Keeps a monitor for every Hypervisor and its status true. The decision is {@link HypervisorPlanner}'s. */
public final class HypervisorReconciler implements ObjectReconciler<Hypervisor> {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

    private final HostMonitors monitors;
    private final ObjectStore store;
    private final StatusWriter writer;
    private final TimeSource time;
    private final Journal journal;

    /** A reconciler that starts and stops monitors as Hypervisors come and go. */
    public HypervisorReconciler(HostMonitors monitors, ObjectStore store, TimeSource time, Journal journal) {
        this.monitors = monitors;
        this.store = store;
        this.writer = new StatusWriter(store, time);
        this.time = time;
        this.journal = journal;
    }

    @Override
    public Optional<Duration> reconcile(Hypervisor hypervisor) {
        String name = hypervisor.getMetadata().getName();
        boolean deleting = hypervisor.isMarkedForDeletion();
        if (!deleting && hypervisor.addFinalizer(PereneApi.FINALIZER)) {
            store.replaceFinalizers(hypervisor);
            return Optional.of(Duration.ZERO);
        }
        List<String> tenants = deleting ? tenants(name) : List.of();
        if (deleting && tenants.isEmpty()) {
            forget(hypervisor);
            if (hypervisor.removeFinalizer(PereneApi.FINALIZER)) {
                store.replaceFinalizers(hypervisor);
            }
            return Optional.empty();
        }
        boolean valid = hypervisor.getSpec().validate().isEmpty();
        if (valid) {
            monitors.declare(hypervisor);
        }
        HypervisorStatus before = hypervisor.getStatus() == null ? HypervisorStatus.UNTOUCHED : hypervisor.getStatus();
        HypervisorStatus next = HypervisorPlanner.decide(new HypervisorPlanner.Situation(
                name,
                hypervisor.getMetadata().getGeneration(),
                hypervisor.getSpec().validate(),
                before,
                monitors.host(name).orElseGet(() -> HostObservation.unseen(name)),
                tenants,
                deleting,
                time.monotonic(),
                time.wallClock()));
        hypervisor.setStatus(next);
        boolean urgent = !before.conditions().equals(next.conditions());
        return switch (writer.write(hypervisor, before.equals(next), urgent)) {
            case StatusWriter.Outcome.Unchanged() -> Optional.of(LOOK_AGAIN);
            case StatusWriter.Outcome.Postponed(Duration until) -> Optional.of(until);
            case StatusWriter.Outcome.NotWritten(Duration retryIn) -> Optional.of(retryIn);
            case StatusWriter.Outcome.Written() -> {
                announce(hypervisor, before.conditions(), next.conditions());
                yield Optional.of(LOOK_AGAIN);
            }
        };
    }

    @Override
    public void forget(Hypervisor hypervisor) {
        monitors.withdraw(hypervisor.getMetadata().getName());
    }

    /** VirtualMachines that run on the host or may only be started there. */
    private List<String> tenants(String host) {
        Stream<String> assigned = store.virtualMachines().stream()
                .filter(machine -> machine.getStatus() != null
                        && host.equals(machine.getStatus().hostName()))
                .map(HypervisorReconciler::fullName);
        // What a duplicate shows are the older one's tenants.
        Stream<String> running = monitors.host(host).stream()
                .filter(picture -> picture.duplicateOf().isEmpty())
                .flatMap(picture -> picture.domains().values().stream())
                .filter(domain -> domain.state().active())
                .flatMap(domain -> domain.tag().stream())
                .map(HypervisorReconciler::fullName);
        return Stream.concat(assigned, running).distinct().sorted().toList();
    }

    private static String fullName(VirtualMachine machine) {
        return machine.getMetadata().getNamespace() + "/"
                + machine.getMetadata().getName();
    }

    private static String fullName(DomainTag tag) {
        return tag.namespace() + "/" + tag.name();
    }

    private void announce(Hypervisor hypervisor, List<Condition> before, List<Condition> next) {
        Condition ready = Conditions.of(next, Conditions.READY).orElseThrow();
        boolean sameVerdict = Conditions.of(before, Conditions.READY)
                .filter(earlier -> earlier.reason().equals(ready.reason()))
                .isPresent();
        if (sameVerdict) {
            return;
        }
        boolean warning = Conditions.is(next, Conditions.STALLED, ConditionStatus.True);
        store.announce(hypervisor, new Announcement(warning, ready.reason(), ready.message()));
        journal.write(new Journal.Entry(
                "Hypervisor " + hypervisor.getMetadata().getName(),
                Optional.of(hypervisor.getMetadata().getName()),
                "observe",
                ready.reason(),
                ready.message(),
                Optional.empty()));
    }
}
