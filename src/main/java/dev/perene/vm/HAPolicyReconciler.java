package dev.perene.vm;

import dev.perene.api.Condition;
import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.HAPolicy;
import dev.perene.api.HAPolicyStatus;
import dev.perene.port.Journal;
import dev.perene.port.ObjectReconciler;
import dev.perene.port.ObjectStore;
import dev.perene.port.ObjectStore.Announcement;
import dev.perene.port.StatusWriter;
import dev.perene.port.TimeSource;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Keeps the status of HAPolicies true. The decision is {@link HAPolicyPlanner}'s. */
public final class HAPolicyReconciler implements ObjectReconciler<HAPolicy> {
    /** VMs are not told apart by whether they may have changed their policy: they are counted again. */
    private static final Duration COUNT_AGAIN = Duration.ofSeconds(10);

    private final ObjectStore store;
    private final StatusWriter writer;
    private final TimeSource time;
    private final Journal journal;

    /** A reconciler of all policies. */
    public HAPolicyReconciler(ObjectStore store, TimeSource time, Journal journal) {
        this.store = store;
        this.writer = new StatusWriter(store, time);
        this.time = time;
        this.journal = journal;
    }

    @Override
    public Optional<Duration> reconcile(HAPolicy policy) {
        HAPolicyStatus before = policy.getStatus() == null ? HAPolicyStatus.UNTOUCHED : policy.getStatus();
        HAPolicyStatus next = HAPolicyPlanner.decide(observe(policy, before));
        policy.setStatus(next);
        boolean urgent = !before.conditions().equals(next.conditions());
        return switch (writer.write(policy, before.equals(next), urgent)) {
            case StatusWriter.Outcome.Unchanged() -> Optional.of(COUNT_AGAIN);
            case StatusWriter.Outcome.Postponed(Duration until) -> Optional.of(until);
            case StatusWriter.Outcome.NotWritten(Duration retryIn) -> Optional.of(retryIn);
            case StatusWriter.Outcome.Written() -> {
                announce(policy, before.conditions(), next.conditions());
                yield Optional.of(COUNT_AGAIN);
            }
        };
    }

    @Override
    public void forget(HAPolicy policy) {
        writer.forget(policy);
    }

    private HAPolicyPlanner.Situation observe(HAPolicy policy, HAPolicyStatus before) {
        String name = policy.getMetadata().getName();
        Collection<HAPolicy> all = store.policies();
        List<String> others = all.stream()
                .filter(HAPolicy::markedDefault)
                .map(other -> other.getMetadata().getName())
                .filter(other -> !other.equals(name))
                .sorted()
                .toList();
        long followers = store.virtualMachines().stream()
                .filter(machine -> AppliedPolicy.of(machine.getSpec(), all)
                        .name()
                        .filter(name::equals)
                        .isPresent())
                .count();
        return new HAPolicyPlanner.Situation(
                name,
                policy.getMetadata().getGeneration(),
                policy.validate(),
                before,
                policy.markedDefault(),
                AppliedPolicy.defaultOf(all).map(winner -> winner.getMetadata().getName()),
                others,
                Math.toIntExact(followers),
                time.wallClock());
    }

    /** People are told when a policy is invalid, or no longer so, and when another one is the default. */
    private void announce(HAPolicy policy, List<Condition> before, List<Condition> next) {
        for (String type : List.of(Conditions.READY, HAPolicyPlanner.DEFAULT)) {
            Condition now = Conditions.of(next, type).orElseThrow();
            boolean same = Conditions.of(before, type)
                    .filter(earlier -> earlier.reason().equals(now.reason()))
                    .isPresent();
            if (!same) {
                boolean warning = now.type().equals(Conditions.READY) && now.status() == ConditionStatus.False
                        || HAPolicyPlanner.AMBIGUOUS.contains(now.reason());
                store.announce(policy, new Announcement(warning, now.reason(), now.message()));
                journal.write(new Journal.Entry(
                        "HAPolicy " + policy.getMetadata().getName(),
                        Optional.empty(),
                        "observe",
                        now.reason(),
                        now.message(),
                        Optional.empty()));
            }
        }
    }
}
