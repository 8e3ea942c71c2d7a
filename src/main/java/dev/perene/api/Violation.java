package dev.perene.api;

/**
 * One thing that is wrong with an object.
 *
 * @param field where: {@code spec.disks[0].shared.path}
 * @param message what is wrong and what to write instead, in the words of the API server
 */
public record Violation(String field, String message) {
    /** What the API server says of a field that must be there and is not. */
    static final String REQUIRED = "Required value";

    @Override
    public String toString() {
        return field + ": " + message;
    }
}
