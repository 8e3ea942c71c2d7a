package dev.perene.port;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The picture of one host: what was last seen, and how fresh it is. Immutable.
 *
 * @param name name of the Hypervisor
 * @param libvirt whether its libvirt answers
 * @param facts what libvirt last said about the host; kept while it is silent
 * @param domains what libvirt last said about domains; kept while it is silent, so read it through {@link #presence}
 * @param commands how the latest command for each domain went
 * @param management whether the management address answers TCP
 * @param shell what SSH last told
 * @param duplicateOf the older Hypervisor that has the same machine id; this one is then ignored
 */
public record HostObservation(
        String name,
        LibvirtContact libvirt,
        Optional<HostFacts> facts,
        Map<UUID, DomainObservation> domains,
        Map<UUID, CommandProgress> commands,
        ManagementProbe management,
        ShellObservation shell,
        Optional<String> duplicateOf) {

    /** A picture whose libvirt has not answered for this long says nothing about domains. */
    public static final Duration FRESH = Duration.ofSeconds(6);

    public HostObservation {
        domains = Map.copyOf(domains);
        commands = Map.copyOf(commands);
    }

    /** A host of which nothing is known yet. */
    public static HostObservation unseen(String name) {
        return new HostObservation(
                name,
                new LibvirtContact.Connecting(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                ManagementProbe.UNTRIED,
                ShellObservation.UNTRIED,
                Optional.empty());
    }

    /** A declared host that is not asked, and why. */
    public static HostObservation unusable(String name, String why) {
        return unseen(name)
                .withLibvirt(new LibvirtContact.Disconnected(Duration.ZERO, LibvirtFailure.Kind.Unreachable, why));
    }

    /** The same picture with another contact. */
    public HostObservation withLibvirt(LibvirtContact next) {
        return new HostObservation(name, next, facts, domains, commands, management, shell, duplicateOf);
    }

    /** The same picture with newer facts. */
    public HostObservation withFacts(HostFacts next) {
        return new HostObservation(name, libvirt, Optional.of(next), domains, commands, management, shell, duplicateOf);
    }

    /** The same picture with other domains. */
    public HostObservation withDomains(Map<UUID, DomainObservation> next) {
        return new HostObservation(name, libvirt, facts, next, commands, management, shell, duplicateOf);
    }

    /** The same picture with other progress of commands. */
    public HostObservation withCommands(Map<UUID, CommandProgress> next) {
        return new HostObservation(name, libvirt, facts, domains, next, management, shell, duplicateOf);
    }

    /** The same picture with another probe. */
    public HostObservation withManagement(ManagementProbe next) {
        return new HostObservation(name, libvirt, facts, domains, commands, next, shell, duplicateOf);
    }

    /** The same picture with another look over SSH. */
    public HostObservation withShell(ShellObservation next) {
        return new HostObservation(name, libvirt, facts, domains, commands, management, next, duplicateOf);
    }

    /** The same picture with another older Hypervisor, or none. */
    public HostObservation withDuplicateOf(Optional<String> next) {
        return new HostObservation(name, libvirt, facts, domains, commands, management, shell, next);
    }

    /** Whether libvirt answered so recently that its words may be acted on. */
    public boolean answering(Duration now) {
        return libvirt instanceof LibvirtContact.Connected connected
                && now.minus(connected.confirmed()).compareTo(FRESH) <= 0;
    }

    /** Why nothing can be said about domains; meaningful when the host is not {@link #answering}. */
    public String silence(Duration now) {
        return switch (libvirt) {
            case LibvirtContact.Connecting() -> "libvirt on " + name + " has not been reached yet";
            case LibvirtContact.Connected(Duration confirmed) ->
                // No count of seconds: a status must not change while nothing else does.
                "libvirt on " + name + " has not answered for more than " + FRESH.toSeconds() + " s";
            case LibvirtContact.Disconnected(Duration since, LibvirtFailure.Kind kind, String why) ->
                "libvirt on " + name + " has been out of reach: " + why;
        };
    }

    /** What the picture says about a domain at monotonic time {@code now}. */
    public DomainPresence presence(UUID uuid, Duration now) {
        if (!answering(now)) {
            return new DomainPresence.Unknown(silence(now));
        }
        DomainObservation domain = domains.get(uuid);
        return domain == null ? new DomainPresence.Absent() : new DomainPresence.Present(domain);
    }

    /** How the latest command for a domain went. */
    public Optional<CommandProgress> progress(UUID uuid) {
        return Optional.ofNullable(commands.get(uuid));
    }
}
