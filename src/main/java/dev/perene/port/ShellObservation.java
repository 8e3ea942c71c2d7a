package dev.perene.port;

import java.util.Map;
import java.util.Optional;

/**
 * What SSH last told of a host.
 *
 * @param bootId the kernel's boot id
 * @param paths whether watched paths exist, and as what
 * @param failure why the last attempt failed, empty when it did not
 */
public record ShellObservation(Optional<String> bootId, Map<String, PathKind> paths, Optional<String> failure) {
    /** No attempt has ended yet. */
    public static final ShellObservation UNTRIED = new ShellObservation(Optional.empty(), Map.of(), Optional.empty());

    public ShellObservation {
        paths = Map.copyOf(paths);
    }

    /** What is found under a path. */
    public enum PathKind {
        Missing,
        File,
        BlockDevice,
        Other
    }
}
