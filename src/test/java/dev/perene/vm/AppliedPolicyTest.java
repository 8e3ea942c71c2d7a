package dev.perene.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.HAPolicy;
import dev.perene.api.HAPolicySpec;
import dev.perene.api.HAPolicySpec.Restart;
import dev.perene.api.PereneApi;
import dev.perene.api.SpecEdit;
import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.PolicyReference;
import dev.perene.api.VirtualMachineSpec.RunStrategy;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AppliedPolicyTest {
    private static final Restart VALID = new Restart(7, 1, 60);
    private static final Restart INVALID = new Restart(0, 1, 60);
    private static final String EARLY = "2026-01-01T00:00:00Z";
    private static final String LATE = "2026-01-01T00:00:01Z";

    @Test
    void without_any_policy_what_is_built_in_counts() {
        AppliedPolicy policy = AppliedPolicy.of(vm(null), List.of());

        assertThat(policy.name()).isEmpty();
        assertThat(policy.restart()).isEqualTo(HAPolicySpec.BUILT_IN.restart());
        assertThat(policy.applied()).isEqualTo(ConditionStatus.True);
    }

    @Test
    void a_policy_counts_for_those_that_name_it_and_the_default_for_the_rest() {
        List<HAPolicy> policies = List.of(policy("named", null, EARLY, VALID), policy("usual", "true", EARLY, VALID));

        assertThat(AppliedPolicy.of(vm("named"), policies).name()).contains("named");
        assertThat(AppliedPolicy.of(vm(null), policies).name()).contains("usual");
    }

    @Test
    void a_policy_that_is_not_marked_true_is_no_default() {
        assertThat(AppliedPolicy.of(vm(null), List.of(policy("usual", "false", EARLY, VALID)))
                        .name())
                .isEmpty();
    }

    @Test
    void of_several_defaults_the_newest_counts() {
        List<HAPolicy> policies = List.of(policy("a", "true", EARLY, VALID), policy("b", "true", LATE, VALID));

        assertThat(defaultOf(policies)).contains("b");
        assertThat(defaultOf(policies.reversed())).contains("b");
    }

    @Test
    void of_several_defaults_of_the_same_second_the_first_by_name_counts() {
        List<HAPolicy> policies = List.of(policy("b", "true", EARLY, VALID), policy("a", "true", EARLY, VALID));

        assertThat(defaultOf(policies)).contains("a");
        assertThat(defaultOf(policies.reversed())).contains("a");
    }

    @Test
    void for_a_missing_policy_the_default_counts_and_the_vm_says_so() {
        AppliedPolicy policy = AppliedPolicy.of(vm("gone"), List.of(policy("usual", "true", EARLY, VALID)));

        assertThat(policy.name()).contains("usual");
        assertThat(policy.applied()).isEqualTo(ConditionStatus.False);
        assertThat(policy.reason()).isEqualTo("PolicyNotFound");
        assertThat(policy.message())
                .contains("HAPolicy gone", "does not exist", "until then the default HAPolicy usual");
    }

    @Test
    void for_an_invalid_policy_the_default_counts_and_the_vm_says_so() {
        AppliedPolicy policy = AppliedPolicy.of(
                vm("broken"), List.of(policy("usual", "true", EARLY, VALID), policy("broken", null, EARLY, INVALID)));

        assertThat(policy.name()).contains("usual");
        assertThat(policy.reason()).isEqualTo("PolicyInvalid");
        assertThat(policy.message()).contains("HAPolicy broken", "spec.restart.attempts", "usual");
    }

    @Test
    void an_invalid_default_is_replaced_by_what_is_built_in_and_not_by_an_older_one() {
        AppliedPolicy policy = AppliedPolicy.of(
                vm(null), List.of(policy("older", "true", EARLY, VALID), policy("broken", "true", LATE, INVALID)));

        assertThat(policy.name()).isEmpty();
        assertThat(policy.restart()).isEqualTo(HAPolicySpec.BUILT_IN.restart());
        assertThat(policy.applied()).isEqualTo(ConditionStatus.False);
        assertThat(policy.message()).contains("HAPolicy broken", "built-in values count");
    }

    private static Optional<String> defaultOf(List<HAPolicy> policies) {
        return AppliedPolicy.defaultOf(policies)
                .map(policy -> policy.getMetadata().getName());
    }

    private static VirtualMachineSpec vm(@Nullable String policy) {
        VirtualMachineSpec spec = Situations.spec(RunStrategy.Always, 120);
        return policy == null ? spec : SpecEdit.with(spec, "policyRef", new PolicyReference(policy));
    }

    private static HAPolicy policy(String name, @Nullable String marked, String created, Restart restart) {
        HAPolicy policy = new HAPolicy();
        ObjectMetaBuilder metadata = new ObjectMetaBuilder().withName(name).withCreationTimestamp(created);
        policy.setMetadata(
                (marked == null ? metadata : metadata.addToAnnotations(PereneApi.DEFAULT_POLICY, marked)).build());
        policy.setSpec(new HAPolicySpec(restart));
        return policy;
    }
}
