package dev.perene.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was last seen of a VM and what was decided for it.
 *
 * @param observedGeneration the generation of the spec that this status speaks of; -1 before the first visit
 * @param hostName the host that runs the VM, or the only one on which it may be started now. Written before a start.
 * @param domainUUID libvirt's UUID of the domain
 * @param printableStatus one or two words for the table that {@code kubectl get} prints
 * @param restarts how often the guest was started again after it had stopped without being asked to
 * @param consecutiveRestarts how many of these came in a row, without the guest having run as long as the HAPolicy asks
 * @param guest what is remembered of the guest; of a host that does not answer it is the last that was known
 * @param restartedAt the value of the annotation {@code perene.dev/restartedAt} that was last carried out
 * @param conditions Ready, Reconciling, Stalled, Running, ManualRecoveryRequired, PolicyApplied
 */
public record VirtualMachineStatus(
        @JsonPropertyDescription("The generation of the spec that this status speaks of; -1 before the first visit.")
                @Nullable
                Long observedGeneration,
        @JsonPropertyDescription(
                        "The host that runs the VM, or the only one on which it may be started now. Written before a start.")
                @Nullable
                String hostName,
        @JsonPropertyDescription("libvirt's UUID of the domain.") @Nullable String domainUUID,
        @JsonPropertyDescription("One or two words for people; programs read the conditions.") @Nullable
                String printableStatus,
        @JsonPropertyDescription("How often the guest was started again after it had stopped without being asked to.")
                @Nullable
                Integer restarts,
        @JsonPropertyDescription(
                        "How many restarts came in a row, without the guest having run for the policy's resetSeconds.")
                @Nullable
                Integer consecutiveRestarts,
        @JsonPropertyDescription("What is remembered of the guest, to tell a stop that was asked for from another.")
                @Nullable
                Guest guest,
        @JsonPropertyDescription("The value of the annotation perene.dev/restartedAt that was last carried out.")
                @Nullable
                String restartedAt,
        @JsonPropertyDescription("Ready, Reconciling, Stalled, Running, ManualRecoveryRequired, PolicyApplied.")
                List<Condition> conditions) {

    /** The status of an object that no operator has looked at. */
    public static final VirtualMachineStatus UNTOUCHED =
            new VirtualMachineStatus(-1L, null, null, null, null, null, null, null, List.of());

    public VirtualMachineStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    /** What is remembered of a guest. */
    public enum Guest {
        /** A start was decided, and the guest was not seen to run since. */
        Starting,
        /** It was seen to run, and nobody asked it to stop. */
        Running,
        /** It was asked to stop, or its end was ordered. */
        Stopping,
        /** It stopped without being asked to, and was not started again yet. */
        Ended,
        /** It is down as it should be. */
        Down
    }
}
