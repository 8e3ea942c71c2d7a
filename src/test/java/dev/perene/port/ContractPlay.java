package dev.perene.port;

import dev.perene.port.ContractStage.Guest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * One case being played: makes the calls and takes down what was seen, without what differs from run to run (times,
 * sizes of the host, libvirt's words). It judges nothing.
 */
public final class ContractPlay implements AutoCloseable {
    /** Longer than anything takes that the cases wait for. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration STEP = Duration.ofMillis(100);

    private final ContractStage stage;
    private final List<String> seen = new ArrayList<>();
    private final Set<UUID> used = ConcurrentHashMap.newKeySet();
    private final Map<String, Watcher> watchers = new HashMap<>();
    private LibvirtConnection connection;

    /** A listener that remembers. */
    private static final class Watcher implements LibvirtConnector.Listener {
        private final Set<UUID> changed = ConcurrentHashMap.newKeySet();
        private volatile boolean lost;

        @Override
        public void domainChanged(UUID uuid) {
            changed.add(uuid);
        }

        @Override
        public void connectionLost(String why) {
            lost = true;
        }
    }

    /** A call to the port. */
    public interface Call {
        /** Makes the call. */
        void made(LibvirtConnection on) throws LibvirtFailure;
    }

    /** Opens the connection that a case begins with. */
    public ContractPlay(ContractStage stage) throws LibvirtFailure {
        this.stage = stage;
        this.connection = open("first");
    }

    /** The host. */
    public ContractStage stage() {
        return stage;
    }

    /** What was seen. */
    public List<String> seen() {
        return List.copyOf(seen);
    }

    /** Opens one more connection that listens. */
    public LibvirtConnection open(String name) throws LibvirtFailure {
        Watcher watcher = new Watcher();
        watchers.put(name, watcher);
        return stage.connector().open(stage.host(), watcher);
    }

    /** The connection that the case began with. */
    public LibvirtConnection connection() {
        return connection;
    }

    /** Connects anew. */
    public void reconnect() throws LibvirtFailure {
        connection.close();
        connection = open("first");
    }

    /** A definition that is valid unless it is changed. */
    public ContractDefinition definition(String name, Guest guest) {
        UUID uuid = UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        used.add(uuid);
        return ContractDefinition.of(name, uuid, stage.domainType(), stage.disk(guest, uuid));
    }

    /** Makes a call and takes down how it ended. */
    public void call(String name, Call call) {
        call(name, connection, call);
    }

    /** Makes a call on a certain connection and takes down how it ended. */
    public void call(String name, LibvirtConnection on, Call call) {
        try {
            call.made(on);
            note(name + ": done");
        } catch (LibvirtFailure failure) {
            note(name + ": " + failure.kind());
        }
    }

    /** Makes a call that is not what the case is about. */
    public void quietly(Call call) {
        try {
            call.made(connection);
        } catch (LibvirtFailure failure) {
            note("unexpected " + failure.kind() + ": " + failure.getMessage());
        }
    }

    /** Takes down what libvirt says about a domain. */
    public void look(UUID uuid) {
        look(uuid, connection);
    }

    /** Takes down what libvirt says about a domain over a certain connection. */
    public void look(UUID uuid, LibvirtConnection on) {
        try {
            note(on.domain(uuid).map(ContractPlay::described).orElse("absent"));
        } catch (LibvirtFailure failure) {
            note("look: " + failure.kind());
        }
    }

    /** Waits for a domain to be in a state, and takes it down; if that never comes, what is instead. */
    public void await(UUID uuid, DomainState state) {
        until(() -> observed(uuid).filter(domain -> domain.state() == state).isPresent());
        look(uuid);
    }

    /** Takes down a domain's hardware, as it is now and as it would be after its next start. */
    public void hardware(UUID uuid) {
        note(observed(uuid)
                .map(domain -> hardware(domain.shape())
                        + domain.details()
                                .definition()
                                .filter(next -> !next.shape().equals(domain.shape()))
                                .map(next -> "; next " + hardware(next.shape()))
                                .orElse(""))
                .orElse("absent"));
    }

    private static String hardware(DomainShape shape) {
        return shape.machine() + ", " + shape.cores() + " of " + shape.maxCores() + " cores, "
                + (shape.maxMemoryBytes() >> 20) + " MiB" + (shape.balloon() ? " with a balloon" : "")
                + ", disks "
                + shape.disks().stream()
                        .map(disk -> disk.target() + ":" + disk.bus() + ":" + disk.format()
                                + (disk.serial().isEmpty() ? "" : ":" + disk.serial())
                                + (disk.cdrom() ? ":cdrom" : ""))
                        .toList()
                + ", interfaces "
                + shape.interfaces().stream()
                        .map(card -> card.bridge() + ":" + card.model())
                        .toList();
    }

    /** What libvirt says about a domain, empty also when it does not answer. */
    public Optional<DomainObservation> observed(UUID uuid) {
        try {
            return connection.domain(uuid);
        } catch (LibvirtFailure failure) {
            return Optional.empty();
        }
    }

    /** Forgets what listeners were told so far, after all of it has arrived. */
    public void hush() {
        stage.pass(Duration.ofMillis(500));
        watchers.values().forEach(watcher -> watcher.changed.clear());
    }

    /** Takes down whether the listener of a connection is told of a domain. */
    public void told(String connectionName, UUID uuid) {
        Watcher watcher = watchers.get(connectionName);
        until(() -> watcher.changed.contains(uuid), Duration.ofSeconds(3));
        note(connectionName + (watcher.changed.contains(uuid) ? " is told" : " is not told"));
        watcher.changed.clear();
    }

    /** Takes down whether the listener of a connection is told that it is lost. */
    public void lost(String connectionName) {
        Watcher watcher = watchers.get(connectionName);
        until(() -> watcher.lost, Duration.ofSeconds(8));
        note(connectionName + (watcher.lost ? " is lost" : " is not lost"));
    }

    /** Takes down a sentence. */
    public void note(String sentence) {
        seen.add(sentence);
    }

    /** Removes what the case left on the host. */
    @Override
    public void close() {
        used.forEach(uuid -> {
            attempt(() -> connection.destroy(uuid));
            attempt(() -> connection.undefine(uuid));
        });
        connection.close();
    }

    private interface Attempt {
        void made() throws LibvirtFailure;
    }

    private static void attempt(Attempt attempt) {
        try {
            attempt.made();
        } catch (LibvirtFailure notThere) {
            // That is what cleaning up is for.
        }
    }

    private void until(BooleanSupplier condition) {
        until(condition, PATIENCE);
    }

    private void until(BooleanSupplier condition, Duration patience) {
        for (Duration waited = Duration.ZERO;
                !condition.getAsBoolean() && waited.compareTo(patience) < 0;
                waited = waited.plus(STEP)) {
            stage.pass(STEP);
        }
    }

    private static String described(DomainObservation domain) {
        return domain.name() + " " + domain.state() + " (" + domain.reason() + "), " + domain.cores() + " cores, "
                + (domain.memoryBytes() >> 20) + " MiB"
                + domain.tag()
                        .map(tag -> ", of " + tag.namespace() + "/" + tag.name() + " " + tag.uid())
                        .orElse(", nobody's");
    }
}
