package dev.perene.vm;

import dev.perene.api.Conditions;
import dev.perene.api.Violation;
import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineStatus;
import dev.perene.placement.Candidate;
import dev.perene.port.CommandProgress;
import dev.perene.port.DomainObservation;
import dev.perene.port.DomainPresence;
import dev.perene.port.DomainState;
import dev.perene.port.HostObservation;
import dev.perene.port.LibvirtContact;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that is known when it is decided what happens to a VM.
 *
 * @param uid UID of the VirtualMachine, and UUID of its domain
 * @param namespace its namespace
 * @param name its name
 * @param generation generation of its spec
 * @param deleting whether somebody asked to delete it
 * @param restartedAt the restart that was last asked for, by annotation
 * @param spec what it should be
 * @param violations what is wrong with its spec
 * @param status what was decided before
 * @param hosts the pictures of all declared hosts, one for each
 * @param candidates the same hosts as placement sees them; empty while a copy is active or the recorded host was
 *     not tried yet
 * @param now monotonic time
 * @param wallClock for people to read
 * @param seed what cloud-init in the guest is to be told
 */
record Situation(
        UUID uid,
        String namespace,
        String name,
        @Nullable Long generation,
        boolean deleting,
        Optional<String> restartedAt,
        VirtualMachineSpec spec,
        List<Violation> violations,
        VirtualMachineStatus status,
        List<HostObservation> hosts,
        List<Candidate> candidates,
        Duration now,
        Instant wallClock,
        SeedSource seed) {

    /** Reasons of Running after which a guest that is down was asked to be. */
    private static final Set<String> ASKED_TO_STOP = Set.of("Halted", "Stopping");

    Situation {
        hosts = List.copyOf(hosts);
        candidates = List.copyOf(candidates);
    }

    /**
     * A domain on a host.
     *
     * @param host name of the Hypervisor
     * @param domain as its libvirt reported it
     */
    record Copy(String host, DomainObservation domain) {
        boolean active() {
            return domain.state().active();
        }
    }

    /** The same with cloud-init's data read. */
    Situation withSeed(SeedSource read) {
        return new Situation(
                uid,
                namespace,
                name,
                generation,
                deleting,
                restartedAt,
                spec,
                violations,
                status,
                hosts,
                candidates,
                now,
                wallClock,
                read);
    }

    /** Every domain with our UUID that a host reports, running or not. */
    List<Copy> copies() {
        return hosts.stream()
                .flatMap(host -> host.presence(uid, now) instanceof DomainPresence.Present(DomainObservation domain)
                        ? Stream.of(new Copy(host.name(), domain))
                        : Stream.empty())
                .toList();
    }

    /** Those of the copies that may write to the disks. */
    List<Copy> activeCopies() {
        return copies().stream().filter(Copy::active).toList();
    }

    Optional<HostObservation> host(String hostName) {
        return hosts.stream().filter(host -> host.name().equals(hostName)).findFirst();
    }

    /** Whether a host is about to be asked for the first time, so that its answer is worth waiting for. */
    boolean firstLookIsDue(HostObservation host) {
        return host.libvirt() instanceof LibvirtContact.Connecting;
    }

    /** How the latest command for the domain on a host went. */
    Optional<CommandProgress> progress(String hostName) {
        return host(hostName).flatMap(host -> host.progress(uid));
    }

    /** Whether a restart was asked for that has not been carried out. */
    boolean restartIsDue() {
        return restartedAt
                .filter(wanted -> !wanted.equals(status.restartedAt()))
                .isPresent();
    }

    /** Whether the guest shut itself down, without being asked to by us. */
    boolean guestShutItselfDown() {
        boolean down = copies().stream()
                .anyMatch(copy -> copy.domain().state() == DomainState.ShutOff
                        && copy.domain().reason().equals("shutdown"));
        return down
                && Conditions.of(status.conditions(), Verdict.RUNNING)
                        .filter(running -> !ASKED_TO_STOP.contains(running.reason()))
                        .isPresent();
    }

    /** The host that the record names. */
    Optional<String> recordedHost() {
        return Optional.ofNullable(status.hostName());
    }
}
