package dev.perene.host;

import dev.perene.port.CommandProgress;
import dev.perene.port.DomainObservation;
import dev.perene.port.HostFacts;
import dev.perene.port.HostInventory;
import dev.perene.port.HostObservation;
import dev.perene.port.LibvirtContact;
import dev.perene.port.ManagementProbe;
import dev.perene.port.ShellObservation;
import dev.perene.port.ShellObservation.PathKind;
import dev.perene.port.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Holds the latest picture of one host, merges what several watchers see into it, and tells a listener what changed. An
 * older answer never replaces a newer one. Safe for use by several threads.
 */
final class HostPicture {
    private final HostInventory.Listener listener;
    private final TimeSource time;
    private final Map<UUID, Duration> goneWhenAsked = new HashMap<>();
    private HostObservation current;
    private boolean answered;

    HostPicture(String name, TimeSource time, HostInventory.Listener listener) {
        this.time = time;
        this.listener = listener;
        this.current = HostObservation.unseen(name);
    }

    synchronized HostObservation current() {
        return current;
    }

    /** libvirt answered with all its domains; the question was put at {@code asked}. */
    void domainsListed(List<DomainObservation> listed, Duration asked) {
        update(picture -> {
            Map<UUID, DomainObservation> merged = new HashMap<>();
            picture.domains().values().stream()
                    .filter(known -> known.asked().compareTo(asked) > 0)
                    .forEach(known -> merged.put(known.uuid(), known));
            for (DomainObservation domain : listed) {
                Duration gone = goneWhenAsked.get(domain.uuid());
                if (gone == null || gone.compareTo(asked) < 0) {
                    merged.putIfAbsent(domain.uuid(), withLaterDetails(domain, picture));
                }
            }
            goneWhenAsked.values().removeIf(gone -> gone.compareTo(asked) < 0);
            return picture.withDomains(merged).withLibvirt(new LibvirtContact.Connected(asked));
        });
    }

    /** libvirt answered about one domain; the question was put at {@code asked}. */
    void domainSeen(UUID uuid, Optional<DomainObservation> seen, Duration asked) {
        update(picture -> {
            DomainObservation known = picture.domains().get(uuid);
            Duration gone = goneWhenAsked.get(uuid);
            if (known != null && known.asked().compareTo(asked) > 0 || gone != null && gone.compareTo(asked) > 0) {
                return picture;
            }
            Map<UUID, DomainObservation> merged = new HashMap<>(picture.domains());
            seen.ifPresentOrElse(domain -> merged.put(uuid, withLaterDetails(domain, picture)), () -> {
                merged.remove(uuid);
                goneWhenAsked.put(uuid, asked);
            });
            return picture.withDomains(merged);
        });
    }

    void factsLearned(HostFacts facts) {
        update(picture -> picture.withFacts(facts));
    }

    void contact(LibvirtContact contact) {
        update(picture -> picture.withLibvirt(contact));
    }

    void command(UUID uuid, Optional<CommandProgress> progress) {
        update(picture -> {
            Map<UUID, CommandProgress> commands = new HashMap<>(picture.commands());
            progress.ifPresentOrElse(latest -> commands.put(uuid, latest), () -> commands.remove(uuid));
            return picture.withCommands(commands);
        });
    }

    void probed(UnaryOperator<ManagementProbe> next) {
        update(picture -> picture.withManagement(next.apply(picture.management())));
    }

    void shell(UnaryOperator<ShellObservation> next) {
        update(picture -> picture.withShell(next.apply(picture.shell())));
    }

    void duplicateOf(Optional<String> older) {
        update(picture -> picture.withDuplicateOf(older));
    }

    private void update(UnaryOperator<HostObservation> change) {
        HostObservation before;
        HostObservation after;
        boolean turned;
        synchronized (this) {
            before = current;
            after = change.apply(before);
            current = after;
            boolean answering = after.answering(time.monotonic());
            turned = answered != answering;
            answered = answering;
        }
        Set<UUID> domains = changedDomains(before, after);
        if (!domains.isEmpty()) {
            listener.domainsChanged(after.name(), domains);
        }
        // A libvirt that keeps a call waiting says nothing; the management probe's look notices it within a second.
        if (turned
                || !hostPart(before).equals(hostPart(after))
                || tellsMore(before.shell().paths(), after.shell().paths())) {
            listener.hostChanged(after.name());
        }
    }

    private static Set<UUID> changedDomains(HostObservation before, HostObservation after) {
        Set<UUID> all = new HashSet<>(before.domains().keySet());
        all.addAll(after.domains().keySet());
        all.addAll(before.commands().keySet());
        all.addAll(after.commands().keySet());
        return all.stream()
                .filter(uuid -> !Objects.equals(
                                timeless(before.domains().get(uuid)),
                                timeless(after.domains().get(uuid)))
                        || !Objects.equals(
                                before.commands().get(uuid), after.commands().get(uuid)))
                .collect(Collectors.toSet());
    }

    private static Optional<DomainObservation> timeless(@org.jspecify.annotations.Nullable DomainObservation domain) {
        return Optional.ofNullable(domain).map(DomainObservation::timeless);
    }

    /** A watcher that remembers what seldom changes must not bring back what a command has changed. */
    private static DomainObservation withLaterDetails(DomainObservation seen, HostObservation picture) {
        DomainObservation known = picture.domains().get(seen.uuid());
        return known == null ? seen : seen.withLaterDetails(known);
    }

    /** What decisions about the host as a whole depend on, without the times that change with every look. */
    private static List<Object> hostPart(HostObservation picture) {
        Object contact =
                switch (picture.libvirt()) {
                    case LibvirtContact.Connecting() -> "connecting";
                    case LibvirtContact.Connected(Duration confirmed) -> "connected";
                    case LibvirtContact.Disconnected disconnected -> disconnected;
                };
        return List.of(
                contact,
                picture.facts(),
                picture.management().answering(),
                picture.management().silent(),
                picture.shell().bootId(),
                picture.shell().failure(),
                picture.duplicateOf());
    }

    /** Whether something is known of a path that was not known before; that it is not looked at any more is no news. */
    private static boolean tellsMore(Map<String, PathKind> before, Map<String, PathKind> after) {
        return after.entrySet().stream().anyMatch(path -> path.getValue() != before.get(path.getKey()));
    }
}
