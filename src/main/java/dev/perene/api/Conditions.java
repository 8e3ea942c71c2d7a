package dev.perene.api;

import dev.perene.api.Condition.ConditionStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Builds an object's next list of conditions and keeps the transition times of those whose status did not change. */
public final class Conditions {
    /** The object is as its spec says. */
    public static final String READY = "Ready";

    /** Work goes on, or something is waited for that comes by itself. */
    public static final String RECONCILING = "Reconciling";

    /** A person, or a host that may never return, is waited for. */
    public static final String STALLED = "Stalled";

    /** The reason of a condition that tells nothing beyond its status. */
    public static final String AS_EXPECTED = "AsExpected";

    private final List<Condition> before;
    private final @Nullable Long generation;
    private final String now;
    private final List<Condition> next = new ArrayList<>();

    /**
     * Begins a list.
     *
     * @param before the conditions that the object has
     * @param generation the generation of the spec that the new ones speak of
     * @param wallClock wall-clock time, for people to read
     */
    public Conditions(List<Condition> before, @Nullable Long generation, Instant wallClock) {
        this.before = before;
        this.generation = generation;
        this.now = wallClock.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Adds one. */
    public Conditions with(String type, ConditionStatus status, String reason, String message) {
        String since = of(before, type)
                .filter(condition -> condition.status() == status)
                .map(Condition::lastTransitionTime)
                .orElse(now);
        next.add(new Condition(type, status, reason, message, since, generation));
        return this;
    }

    /** Adds Ready, Reconciling and Stalled of an object that is as its spec says. */
    public Conditions ready(String reason, String message) {
        return with(READY, ConditionStatus.True, reason, message)
                .with(RECONCILING, ConditionStatus.False, AS_EXPECTED, "")
                .with(STALLED, ConditionStatus.False, AS_EXPECTED, "");
    }

    /** Adds Ready, Reconciling and Stalled of an object that gets there by itself. */
    public Conditions reconciling(String reason, String message) {
        return with(READY, ConditionStatus.False, reason, message)
                .with(RECONCILING, ConditionStatus.True, reason, message)
                .with(STALLED, ConditionStatus.False, AS_EXPECTED, "");
    }

    /** Adds Ready, Reconciling and Stalled of an object that somebody has to help. */
    public Conditions stalled(String reason, String message) {
        return with(READY, ConditionStatus.False, reason, message)
                .with(RECONCILING, ConditionStatus.False, AS_EXPECTED, "")
                .with(STALLED, ConditionStatus.True, reason, message);
    }

    /** Adds Ready, Reconciling and Stalled of an object of which nothing can be said while a host is out of reach. */
    public Conditions unknown(String reason, String message) {
        return with(READY, ConditionStatus.Unknown, reason, message)
                .with(RECONCILING, ConditionStatus.Unknown, reason, message)
                .with(STALLED, ConditionStatus.True, reason, message);
    }

    /** The list. */
    public List<Condition> list() {
        return List.copyOf(next);
    }

    /** One condition of a list. */
    public static Optional<Condition> of(List<Condition> conditions, String type) {
        return conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    /** Whether a list has a condition with this status. */
    public static boolean is(List<Condition> conditions, String type, ConditionStatus status) {
        return of(conditions, type)
                .filter(condition -> condition.status() == status)
                .isPresent();
    }
}
