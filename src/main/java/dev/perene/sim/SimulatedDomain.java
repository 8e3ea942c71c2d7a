package dev.perene.sim;

import dev.perene.port.DomainObservation;
import dev.perene.port.DomainState;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One domain as its host's libvirt keeps it. It changes nothing by itself. */
final class SimulatedDomain {
    final UUID uuid;
    /** The definition for the next start; absent for a domain that vanishes when it stops. */
    @Nullable
    DomainForm defined;
    /** What QEMU was started with; absent while there is no QEMU. */
    @Nullable
    DomainForm live;

    DomainState state = DomainState.ShutOff;
    String reason = "unknown";
    boolean managedSave;
    /** Counts QEMU processes, so that what was meant for one never hits the next. */
    int incarnation;

    boolean booted;

    SimulatedDomain(UUID uuid) {
        this.uuid = uuid;
    }

    boolean active() {
        return live != null;
    }

    DomainForm form() {
        DomainForm shown = live != null ? live : defined;
        if (shown == null) {
            throw new IllegalStateException("a domain that neither runs nor is defined");
        }
        return shown;
    }

    DomainObservation observed(Duration asked) {
        return new DomainObservation(
                uuid,
                state,
                reason,
                new DomainObservation.Details(
                        form().description(), Optional.ofNullable(defined).map(DomainForm::description), asked),
                asked);
    }
}
