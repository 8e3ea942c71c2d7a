package dev.perene.port;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Domains for tests. */
public final class SomeDomain {
    private SomeDomain() {}

    /** A shape of which only the size matters. */
    public static DomainShape sized(int cores, long memoryBytes) {
        return new DomainShape(
                cores, cores, memoryBytes, memoryBytes, false, "q35", false, List.of(), List.of(), Map.of());
    }

    /** A domain whose definition is what runs. */
    public static DomainObservation observed(
            UUID uuid, DomainState state, String reason, Optional<DomainTag> tag, DomainShape shape, Duration asked) {
        DomainDescription description = new DomainDescription(uuid, "perene-" + uuid, tag, shape);
        return observed(state, reason, description, Optional.of(description), asked);
    }

    /** A domain with its definition. */
    public static DomainObservation observed(
            DomainState state,
            String reason,
            DomainDescription running,
            Optional<DomainDescription> definition,
            Duration asked) {
        return new DomainObservation(
                running.uuid(), state, reason, new DomainObservation.Details(running, definition, asked), asked);
    }
}
