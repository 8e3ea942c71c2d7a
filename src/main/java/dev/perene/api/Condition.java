package dev.perene.api;

import org.jspecify.annotations.Nullable;

/**
 * One condition, with the meaning of {@code metav1.Condition}.
 *
 * @param type CamelCase name, the key of the list
 * @param status True, False or Unknown
 * @param reason one CamelCase word for programs
 * @param message a sentence for people: what is so, and what unblocks it
 * @param lastTransitionTime RFC 3339, when the status last changed
 * @param observedGeneration the generation of the spec that the condition speaks of
 */
public record Condition(
        String type,
        ConditionStatus status,
        String reason,
        String message,
        String lastTransitionTime,
        @Nullable Long observedGeneration) {

    /** Whether a condition holds. */
    public enum ConditionStatus {
        True,
        False,
        Unknown
    }
}
