package dev.perene.port;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * One domain as its host's libvirt reported it.
 *
 * @param uuid libvirt's UUID of the domain
 * @param name libvirt's name of the domain
 * @param state what libvirt says it does
 * @param reason libvirt's reason for the state, lower case as {@code virsh domstate --reason} prints it
 * @param tag whose it is; empty for domains that are not Perene's
 * @param cores virtual CPUs
 * @param memoryBytes memory it has been given, in bytes
 * @param asked monotonic time at which libvirt was asked
 */
public record DomainObservation(
        UUID uuid,
        String name,
        DomainState state,
        String reason,
        Optional<DomainTag> tag,
        int cores,
        long memoryBytes,
        Duration asked) {}
