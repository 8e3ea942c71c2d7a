package dev.perene.host;

import dev.perene.api.HypervisorSpec;
import dev.perene.port.LibvirtConnection;
import dev.perene.port.LibvirtConnector;
import dev.perene.port.LibvirtContact;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.TimeSource;
import dev.perene.port.Worker;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one host's domains in its picture: listens to libvirt's events, lists everything every two seconds in case one
 * was lost, and connects again with backoff. It gives no commands.
 */
final class DomainWatch {
    static final Duration POLL = Duration.ofSeconds(2);
    private static final Duration FACTS_EVERY = Duration.ofSeconds(60);
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(8);

    private final HypervisorSpec spec;
    private final LibvirtConnector connector;
    private final Worker worker;
    private final TimeSource time;
    private final HostPicture picture;
    private final Set<UUID> changed = new HashSet<>();

    private @Nullable LibvirtConnection connection;
    private Duration retry = FIRST_RETRY;
    private Duration factsDue = Duration.ZERO;
    private int round;
    private boolean closed;

    DomainWatch(HypervisorSpec spec, LibvirtConnector connector, Worker worker, TimeSource time, HostPicture picture) {
        this.spec = spec;
        this.connector = connector;
        this.worker = worker;
        this.time = time;
        this.picture = picture;
    }

    void start() {
        worker.run(this::connect);
    }

    /** Ends the watch; its worker frees the connection. */
    void close() {
        worker.run(() -> {
            closed = true;
            disconnect();
            worker.close();
        });
    }

    private void connect() {
        if (closed) {
            return;
        }
        int thisRound = ++round;
        try {
            connection = connector.open(spec, new LibvirtConnector.Listener() {
                @Override
                public void domainChanged(UUID uuid) {
                    remember(uuid);
                }

                @Override
                public void connectionLost(String why) {
                    worker.run(() -> failed(thisRound, new LibvirtFailure(LibvirtFailure.Kind.Unreachable, why)));
                }
            });
            factsDue = Duration.ZERO;
            look(thisRound);
        } catch (LibvirtFailure failure) {
            failed(thisRound, failure);
        }
    }

    private void look(int ofRound) {
        LibvirtConnection open = connection;
        if (closed || ofRound != round || open == null) {
            return;
        }
        try {
            Duration asked = time.monotonic();
            if (asked.compareTo(factsDue) >= 0) {
                picture.factsLearned(open.facts());
                asked = time.monotonic();
                factsDue = asked.plus(FACTS_EVERY);
            }
            picture.domainsListed(open.domains(), asked);
            retry = FIRST_RETRY;
            worker.after(POLL, () -> look(ofRound));
        } catch (LibvirtFailure failure) {
            failed(ofRound, failure);
        }
    }

    /** Called by a thread of the adapter, which must not be held up. */
    private void remember(UUID uuid) {
        boolean first;
        synchronized (changed) {
            first = changed.isEmpty();
            changed.add(uuid);
        }
        if (first) {
            worker.run(this::lookAtChanged);
        }
    }

    private void lookAtChanged() {
        Set<UUID> due;
        synchronized (changed) {
            due = Set.copyOf(changed);
            changed.clear();
        }
        LibvirtConnection open = connection;
        if (open == null) {
            return;
        }
        try {
            for (UUID uuid : due) {
                Duration asked = time.monotonic();
                picture.domainSeen(uuid, open.domain(uuid), asked);
            }
        } catch (LibvirtFailure failure) {
            failed(round, failure);
        }
    }

    private void failed(int ofRound, LibvirtFailure failure) {
        if (closed || ofRound != round) {
            return;
        }
        round++;
        disconnect();
        Duration since = picture.current().libvirt() instanceof LibvirtContact.Disconnected already
                ? already.since()
                : time.monotonic();
        picture.contact(new LibvirtContact.Disconnected(since, failure.kind(), String.valueOf(failure.getMessage())));
        worker.after(retry, this::connect);
        retry = retry.multipliedBy(2).compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : retry.multipliedBy(2);
    }

    private void disconnect() {
        LibvirtConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }
}
