package dev.perene.vm;

import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.HypervisorSpec.Allowed;
import dev.perene.api.Violation;
import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineStatus;
import dev.perene.api.VirtualMachineStatus.Guest;
import dev.perene.placement.Candidate;
import dev.perene.port.CommandProgress;
import dev.perene.port.DomainCommand;
import dev.perene.port.DomainObservation;
import dev.perene.port.DomainPresence;
import dev.perene.port.DomainShape;
import dev.perene.port.DomainState;
import dev.perene.port.DomainTag;
import dev.perene.port.HostFacts;
import dev.perene.port.HostObservation;
import dev.perene.port.LibvirtContact;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
 * @param policy what counts when the guest stops without being asked to
 * @param sighting what this process has seen of the guest, up to now
 * @param hosts the pictures of all declared hosts, one for each
 * @param candidates the same hosts as placement sees them; empty while a copy is active or the recorded host was
 *     not tried yet
 * @param now monotonic time
 * @param wallClock for people to read
 * @param allowed what VMs may touch, by host
 * @param claims what it wants and another VM has; empty while nothing new is wanted
 * @param declared UIDs of all VMs; empty unless a domain is to be adopted
 * @param onDelete what becomes of its domain when the VM is deleted, by annotation
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
        AppliedPolicy policy,
        Sighting sighting,
        List<HostObservation> hosts,
        List<Candidate> candidates,
        Duration now,
        Instant wallClock,
        Map<String, Allowed> allowed,
        List<Claim> claims,
        Set<UUID> declared,
        Optional<String> onDelete,
        SeedSource seed) {

    /** Reasons of Running after which a guest that is down was asked to be. */
    private static final Set<String> ASKED_TO_STOP = Set.of("Halted", "Stopping");

    /** libvirt's reasons for being shut off of a domain that has not run since it was defined. */
    private static final Set<String> NEVER_RAN = Set.of("unknown", "failed");

    /** Longer than any pause: nobody saw when it ended, and the operator's own absence was pause enough. */
    private static final Duration LONG = Duration.ofDays(1);

    private static final String STARTING_UP = "starting up";

    Situation {
        hosts = List.copyOf(hosts);
        candidates = List.copyOf(candidates);
        claims = List.copyOf(claims);
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

        /** Whether its guest runs or has run: a start that may still be refused is no run. */
        boolean begun() {
            return active()
                    && !(domain.state() == DomainState.Paused && domain.reason().equals(STARTING_UP));
        }
    }

    /** The UUID of its domain. */
    UUID domain() {
        return DomainIdentity.uuid(uid, status);
    }

    /** Whether it is still to become the VM of a domain that exists. */
    boolean adopts() {
        return spec.adopt() != null && status.domainUUID() == null;
    }

    /** What its domain's metadata says. */
    DomainTag tag() {
        return new DomainTag(uid, namespace, name);
    }

    /** What its domain is to be made of. */
    DomainShape hardware() {
        return Hardware.of(spec, uid);
    }

    /** Its domain's definition for a host, under the name that the domain has there. */
    String definition(String hostName, String domainName) {
        boolean accelerated = host(hostName)
                .flatMap(HostObservation::facts)
                .filter(HostFacts::accelerated)
                .isPresent();
        return DomainDefinition.of(spec, new DomainIdentity(domain(), domainName, tag()), accelerated);
    }

    /** The name of its domain on a host: what it is called there, whoever renamed it. */
    String domainName(String hostName) {
        return copies().stream()
                .filter(copy -> copy.host().equals(hostName))
                .map(copy -> copy.domain().name())
                .findFirst()
                .orElseGet(() -> spec.adopt() == null
                        ? DomainIdentity.name(uid)
                        : spec.adopt().domainName());
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
                policy,
                sighting,
                hosts,
                candidates,
                now,
                wallClock,
                allowed,
                claims,
                declared,
                onDelete,
                read);
    }

    /** Every domain with our UUID that a host reports, running or not. */
    List<Copy> copies() {
        UUID uuid = domain();
        return hosts.stream()
                .flatMap(host -> host.presence(uuid, now) instanceof DomainPresence.Present(DomainObservation domain)
                        ? Stream.of(new Copy(host.name(), domain))
                        : Stream.empty())
                .toList();
    }

    /** A domain that runs for a VM of the same name which is no more, and may write to the same disks. */
    Optional<Copy> orphan() {
        return hosts.stream()
                .filter(host -> host.answering(now))
                .flatMap(host -> host.domains().values().stream().map(domain -> new Copy(host.name(), domain)))
                .filter(copy -> copy.active()
                        && copy.domain()
                                .tag()
                                .filter(tag -> tag.namespace().equals(namespace)
                                        && tag.name().equals(name)
                                        && !tag.uid().equals(uid))
                                .isPresent())
                .findFirst();
    }

    /** What it wants on a host and another VM has. */
    Optional<Claim> claimOn(String hostName) {
        return claims.stream()
                .filter(claim -> claim.host().isEmpty() || claim.host().get().equals(hostName))
                .findFirst();
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
        return host(hostName).flatMap(host -> host.progress(domain()));
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

    /** How many restarts there were in a row. */
    int restartsInARow() {
        return Optional.ofNullable(status.consecutiveRestarts()).orElse(0);
    }

    /**
     * How long a guest that ended without being asked to has been down; empty when it is down because it should be, or
     * was not started yet. In doubt it ended: a restart too many in the count costs a person a look, one too few
     * might go on for ever.
     */
    Optional<Duration> ended() {
        return switch (guest()) {
            case Running, Ended -> Optional.of(now.minus(sighting.since()));
            case Starting -> endedUnseen();
            case Stopping, Down -> Optional.empty();
        };
    }

    /** A start was decided and the guest was not seen to run since: it ended if the start was carried out. */
    private Optional<Duration> endedUnseen() {
        CommandProgress progress = recordedHost().flatMap(this::progress).orElse(null);
        if (progress instanceof CommandProgress.InFlight) {
            return Optional.empty();
        }
        if (sighting.startDecided().isEmpty()) {
            // Another process decided it; what is left of the domain tells whether it ever ran.
            boolean ran = copies().stream()
                    .anyMatch(copy ->
                            !copy.active() && !NEVER_RAN.contains(copy.domain().reason()));
            return ran ? Optional.of(LONG) : Optional.empty();
        }
        Duration decided = sighting.startDecided().get();
        return progress instanceof CommandProgress.Done(DomainCommand.Start start, Duration at, Duration first)
                        && at.compareTo(decided) >= 0
                ? Optional.of(now.minus(at.compareTo(sighting.since()) > 0 ? at : sighting.since()))
                : Optional.empty();
    }

    /** What is remembered of the guest. */
    private Guest guest() {
        if (status.guest() != null) {
            return status.guest();
        }
        // Written by an operator that did not remember it.
        return Conditions.is(status.conditions(), Verdict.RUNNING, ConditionStatus.True) ? Guest.Running : Guest.Down;
    }

    /** libvirt's word for why the guest is down. */
    String lastReason() {
        return copies().stream()
                .filter(copy -> !copy.active())
                .map(copy -> copy.domain().reason())
                .findFirst()
                .orElse("the domain is gone");
    }

    /** The host that the record names. */
    Optional<String> recordedHost() {
        return Optional.ofNullable(status.hostName());
    }
}
