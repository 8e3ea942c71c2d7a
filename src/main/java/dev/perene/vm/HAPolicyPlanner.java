package dev.perene.vm;

import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.HAPolicyStatus;
import dev.perene.api.Violation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides what the status of an HAPolicy says. It does nothing to VMs: those look their policy up themselves. */
final class HAPolicyPlanner {
    /** Whether VMs that name no policy follow it. */
    static final String DEFAULT = "Default";

    private static final String NEWER_DEFAULT = "NewerDefault";
    private static final String NEWEST_DEFAULT = "NewestDefault";

    /** Reasons that say that several policies are marked as default. */
    static final Set<String> AMBIGUOUS = Set.of(NEWER_DEFAULT, NEWEST_DEFAULT);

    private HAPolicyPlanner() {}

    /**
     * What is known when the decision is made.
     *
     * @param name name of the HAPolicy
     * @param generation generation of its spec
     * @param violations what is wrong with its spec
     * @param status its status so far
     * @param markedDefault whether it is marked as the default
     * @param winner the one of those marked as default that counts
     * @param otherMarked names of the others that are marked as default
     * @param virtualMachines how many VMs follow it
     * @param wallClock for people to read
     */
    record Situation(
            String name,
            @Nullable Long generation,
            List<Violation> violations,
            HAPolicyStatus status,
            boolean markedDefault,
            Optional<String> winner,
            List<String> otherMarked,
            int virtualMachines,
            Instant wallClock) {
        Situation {
            violations = List.copyOf(violations);
            otherMarked = List.copyOf(otherMarked);
        }
    }

    /** The next status. */
    static HAPolicyStatus decide(Situation situation) {
        Conditions next =
                new Conditions(situation.status().conditions(), situation.generation(), situation.wallClock());
        if (situation.violations().isEmpty()) {
            next.ready("Usable", "VMs may follow it");
        } else {
            next.stalled("InvalidSpec", Violation.describe(situation.violations()));
        }
        return new HAPolicyStatus(
                situation.generation(),
                situation.virtualMachines(),
                standing(next, situation).list());
    }

    private static Conditions standing(Conditions next, Situation situation) {
        if (!situation.markedDefault()) {
            return next.with(DEFAULT, ConditionStatus.False, "NotMarked", "only for VMs whose policyRef names it");
        }
        String winner = situation.winner().orElse(situation.name());
        if (!winner.equals(situation.name())) {
            return next.with(
                    DEFAULT,
                    ConditionStatus.False,
                    NEWER_DEFAULT,
                    "HAPolicy " + winner + " is marked as default too and is newer, so that one counts; remove the"
                            + " annotation from one of the two");
        }
        return situation.otherMarked().isEmpty()
                ? next.with(DEFAULT, ConditionStatus.True, "MarkedDefault", "for all VMs that name no policy")
                : next.with(
                        DEFAULT,
                        ConditionStatus.True,
                        NEWEST_DEFAULT,
                        "for all VMs that name no policy; marked as default too, and older: "
                                + String.join(", ", situation.otherMarked()) + "; remove the annotation from all but"
                                + " one");
    }
}
