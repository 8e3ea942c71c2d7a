package dev.perene.placement;

import dev.perene.api.VirtualMachineSpec.Placement;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides whether a VM's placement allows a host. */
final class PlacementRule {
    private PlacementRule() {}

    static Optional<String> objection(@Nullable Placement placement, Candidate candidate) {
        if (placement == null) {
            return Optional.empty();
        }
        if (!placement.hosts().isEmpty() && !placement.hosts().contains(candidate.name())) {
            return Optional.of("not in placement.hosts");
        }
        LabelSelector selector = placement.hostSelector();
        return selector == null || matches(selector, candidate.labels())
                ? Optional.empty()
                : Optional.of("its labels do not match placement.hostSelector");
    }

    private static boolean matches(LabelSelector selector, Map<String, String> labels) {
        Map<String, String> wanted = selector.getMatchLabels() == null ? Map.of() : selector.getMatchLabels();
        return labels.entrySet().containsAll(wanted.entrySet())
                && selector.getMatchExpressions().stream().allMatch(requirement -> matches(requirement, labels));
    }

    /** As {@code metav1.LabelSelectorRequirement} defines it. */
    private static boolean matches(LabelSelectorRequirement requirement, Map<String, String> labels) {
        String value = labels.get(requirement.getKey());
        return switch (requirement.getOperator()) {
            case "In" -> value != null && requirement.getValues().contains(value);
            case "NotIn" -> value == null || !requirement.getValues().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            // The schema admits these four only; what cannot be understood must not match.
            case String unknown -> false;
        };
    }
}
