package dev.perene.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;

/**
 * The fields of a label selector as the CRD describes them. Programs read them as
 * {@link io.fabric8.kubernetes.api.model.LabelSelector}, which knows no limits.
 *
 * @param matchLabels labels that a host must have, at most 16
 * @param matchExpressions further demands on a host's labels, at most 16
 */
record HostSelector(
        @Size(max = 16)
                @ValidationRule(value = PlacementRules.LABELS, message = PlacementRules.LABELS_MESSAGE)
                @JsonPropertyDescription("Labels that a Hypervisor must have.")
                Map<String, @Size(max = 63) String> matchLabels,
        @Size(max = 16) @JsonPropertyDescription("Further demands on a Hypervisor's labels; all must hold.")
                List<Requirement> matchExpressions) {

    /** How a label is compared. */
    enum Operator {
        In,
        NotIn,
        Exists,
        DoesNotExist
    }

    /**
     * One demand on a host's labels.
     *
     * @param key the label's key
     * @param operator how it is compared
     * @param values with what, for {@code In} and {@code NotIn}; at most 64
     */
    @ValidationRule(value = PlacementRules.VALUES, message = PlacementRules.VALUES_MESSAGE, fieldPath = ".values")
    record Requirement(
            @Required
                    @Size(max = 317)
                    @ValidationRule(value = PlacementRules.KEY, message = PlacementRules.KEY_MESSAGE)
                    @JsonPropertyDescription("Key of the label.")
                    String key,
            @Required @JsonPropertyDescription("How the label is compared.") Operator operator,
            @Size(max = 64)
                    @EachItem(@ValidationRule(value = PlacementRules.VALUE, message = PlacementRules.VALUE_MESSAGE))
                    @JsonPropertyDescription("Values for In and NotIn.")
                    List<@Size(max = 253) String> values) {}
}
