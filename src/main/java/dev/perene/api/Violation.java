package dev.perene.api;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One rule that a spec breaks.
 *
 * @param field where: {@code spec.disks[0].shared.path}
 * @param message what is wrong and how it should be
 */
public record Violation(String field, String message) {

    /** All of them in one sentence. */
    public static String describe(List<Violation> violations) {
        return violations.stream()
                .map(violation -> violation.field() + ": " + violation.message())
                .collect(Collectors.joining("; "));
    }
}
