package dev.perene.api;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One thing that is wrong with an object.
 *
 * @param field where: {@code spec.disks[0].shared.path}
 * @param message what is wrong and what to write instead, in the words of the API server
 */
public record Violation(String field, String message) {

    /** All of them in one sentence. */
    public static String describe(List<Violation> violations) {
        return violations.stream()
                .map(violation -> violation.field() + ": " + violation.message())
                .collect(Collectors.joining("; "));
    }
    /** What the API server says of a field that must be there and is not. */
    static final String REQUIRED = "Required value";

    @Override
    public String toString() {
        return field + ": " + message;
    }
}
