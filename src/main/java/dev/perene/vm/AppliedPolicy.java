package dev.perene.vm;

import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.HAPolicy;
import dev.perene.api.HAPolicySpec;
import dev.perene.api.HAPolicySpec.Restart;
import dev.perene.api.Violation;
import dev.perene.api.VirtualMachineSpec;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * The policy that counts for a VM: the one that it names, else the default one, else what is built in. A policy that is
 * missing or invalid stops no VM and keeps none from being started: the next one counts, and the VM says so.
 *
 * @param name name of the HAPolicy; empty for what is built in
 * @param restart how often and how fast the guest is started again
 * @param applied whether it is the one that the spec asks for
 * @param reason one word about that
 * @param message a sentence about that
 */
record AppliedPolicy(Optional<String> name, Restart restart, ConditionStatus applied, String reason, String message) {
    /** Whether the policy that the spec asks for is the one that counts. */
    static final String CONDITION = "PolicyApplied";

    /** The policy of a VM. */
    static AppliedPolicy of(VirtualMachineSpec spec, Collection<HAPolicy> policies) {
        if (spec.policyRef() == null) {
            return standard(policies);
        }
        String wanted = spec.policyRef().name();
        Optional<HAPolicy> named = policies.stream()
                .filter(policy -> wanted.equals(policy.getMetadata().getName()))
                .findFirst();
        if (named.isEmpty()) {
            return standard(policies)
                    .instead(
                            "PolicyNotFound",
                            "HAPolicy " + wanted + ", which spec.policyRef names, does not exist: create it, or name"
                                    + " another");
        }
        return named.get().validate().isEmpty()
                ? following(named.get(), "HAPolicy " + wanted + " counts")
                : standard(policies).instead("PolicyInvalid", invalid(named.get()));
    }

    /** The newest of the policies that are marked as default; of two of the same age the first by name. */
    static Optional<HAPolicy> defaultOf(Collection<HAPolicy> policies) {
        return policies.stream()
                .filter(HAPolicy::markedDefault)
                .min(Comparator.comparing((HAPolicy policy) ->
                                Instant.parse(policy.getMetadata().getCreationTimestamp()))
                        .reversed()
                        .thenComparing(policy -> policy.getMetadata().getName()));
    }

    private static AppliedPolicy standard(Collection<HAPolicy> policies) {
        Optional<HAPolicy> marked = defaultOf(policies);
        if (marked.isEmpty()) {
            return builtIn(
                    ConditionStatus.True, Conditions.AS_EXPECTED, "no HAPolicy is the default: built-in values count");
        }
        return marked.get().validate().isEmpty()
                ? following(
                        marked.get(),
                        "the default HAPolicy " + marked.get().getMetadata().getName() + " counts")
                : builtIn(ConditionStatus.False, "PolicyInvalid", invalid(marked.get()) + "; built-in values count");
    }

    private static AppliedPolicy following(HAPolicy policy, String message) {
        return new AppliedPolicy(
                Optional.of(policy.getMetadata().getName()),
                policy.getSpec().restart(),
                ConditionStatus.True,
                Conditions.AS_EXPECTED,
                message);
    }

    private static AppliedPolicy builtIn(ConditionStatus applied, String reason, String message) {
        return new AppliedPolicy(Optional.empty(), HAPolicySpec.BUILT_IN.restart(), applied, reason, message);
    }

    /** The same values, for want of those that were asked for. */
    private AppliedPolicy instead(String why, String problem) {
        return new AppliedPolicy(name, restart, ConditionStatus.False, why, problem + "; until then " + message);
    }

    private static String invalid(HAPolicy policy) {
        return "HAPolicy " + policy.getMetadata().getName() + " is invalid, mend "
                + Violation.describe(policy.validate());
    }
}
