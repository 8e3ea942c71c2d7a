package dev.perene.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * For whom a policy counts.
 *
 * @param observedGeneration the generation of the spec that this status speaks of; -1 before the first visit
 * @param virtualMachines number of VMs that follow it
 * @param conditions Ready, Reconciling, Stalled, Default
 */
public record HAPolicyStatus(
        @JsonPropertyDescription("The generation of the spec that this status speaks of; -1 before the first visit.")
                @Nullable
                Long observedGeneration,
        @JsonPropertyDescription("Number of VirtualMachines that follow this policy.") @Nullable
                Integer virtualMachines,
        @JsonPropertyDescription("Ready, Reconciling, Stalled, Default.") List<Condition> conditions) {

    /** The status of an object that no operator has looked at. */
    public static final HAPolicyStatus UNTOUCHED = new HAPolicyStatus(-1L, null, List.of());

    public HAPolicyStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }
}
