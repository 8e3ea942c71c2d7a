package dev.perene.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * One condition, with the meaning of {@code metav1.Condition}.
 *
 * @param type CamelCase name, the key of the list; at most 316 characters
 * @param status True, False or Unknown
 * @param reason one CamelCase word for programs, at most 1024 characters
 * @param message a sentence for people: what is so, and what unblocks it; at most 32768 characters
 * @param lastTransitionTime RFC 3339, when the status last changed
 * @param observedGeneration the generation of the spec that the condition speaks of
 */
public record Condition(
        @Required @Size(min = 1, max = 316) @JsonPropertyDescription("CamelCase name.") String type,
        @Required @JsonPropertyDescription("Whether it holds.") ConditionStatus status,
        @Required @Size(min = 1, max = 1024) @JsonPropertyDescription("One CamelCase word for programs.") String reason,
        @Required
                @Size(max = 32768)
                @JsonPropertyDescription("A sentence for people: what is so, and what unblocks it.")
                String message,
        @Required @JsonPropertyDescription("When the status last changed.") String lastTransitionTime,
        @JsonPropertyDescription("The generation of the spec that the condition speaks of.") @Nullable
                Long observedGeneration) {

    /** Whether a condition holds. */
    public enum ConditionStatus {
        /** It holds. */
        True,
        /** It does not hold. */
        False,
        /** Nobody can say at the moment. */
        Unknown
    }
}
