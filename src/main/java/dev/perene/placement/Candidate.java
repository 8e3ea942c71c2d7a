package dev.perene.placement;

import dev.perene.api.HypervisorSpec;
import java.util.Map;
import java.util.Optional;

/**
 * A host as placement sees it.
 *
 * @param name name of the Hypervisor
 * @param labels its labels
 * @param spec its spec
 * @param unavailable why nothing can be started there now, empty when it can
 * @param cpus logical CPUs
 * @param memoryBytes memory of the host
 * @param committedBytes memory given to other domains there
 * @param paths what is known of paths and devices; those not in it are unknown
 */
public record Candidate(
        String name,
        Map<String, String> labels,
        HypervisorSpec spec,
        Optional<String> unavailable,
        int cpus,
        long memoryBytes,
        long committedBytes,
        Map<String, Found> paths) {

    /** What is found under a path. */
    public enum Found {
        Nothing,
        File,
        BlockDevice,
        Other
    }

    public Candidate {
        labels = Map.copyOf(labels);
        paths = Map.copyOf(paths);
    }
}
