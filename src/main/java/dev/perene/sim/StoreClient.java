package dev.perene.sim;

import dev.perene.api.HAPolicy;
import dev.perene.api.Hypervisor;
import dev.perene.api.HypervisorSpec.SecretReference;
import dev.perene.api.VirtualMachine;
import dev.perene.api.VirtualMachineStatus;
import dev.perene.port.ObjectStore;
import dev.perene.port.SecretSource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The API server as one process has it: caches that lag behind by the time that news travels, and conditional writes. Its
 * own writes are kept until the caches have them.
 */
public final class StoreClient implements ObjectStore, SecretSource {
    private static final Duration NEWS_TRAVEL = Duration.ofMillis(5);
    private static final Duration NO_ANSWER = Duration.ofSeconds(3);

    private final SimulatedStore server;
    private final String who;
    private final Timeline process;
    private final WorldListener listener;
    private final Map<String, Hypervisor> hypervisors = new ConcurrentSkipListMap<>();
    private final Map<String, HAPolicy> policies = new ConcurrentSkipListMap<>();
    private final Map<String, VirtualMachine> machines = new ConcurrentSkipListMap<>();
    private final Map<UUID, String> machineNames = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> claims = new ConcurrentHashMap<>();
    private final Map<String, HasMetadata> written = new ConcurrentHashMap<>();
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

    /** Told of changed objects once the caches have them. */
    interface Watcher {
        void changed(HasMetadata object, boolean gone);
    }

    StoreClient(SimulatedStore server, String who, Timeline process, WorldListener listener) {
        this.server = server;
        this.who = who;
        this.process = process;
        this.listener = listener;
    }

    @Override
    public Collection<Hypervisor> hypervisors() {
        return hypervisors.values();
    }

    @Override
    public Collection<VirtualMachine> virtualMachines() {
        return machines.values();
    }

    @Override
    public Collection<HAPolicy> policies() {
        return policies.values();
    }

    @Override
    public <R extends HasMetadata> Written<R> replaceStatus(R changed) {
        return write(changed, true);
    }

    @Override
    public <R extends HasMetadata> Written<R> replaceFinalizers(R changed) {
        return write(changed, false);
    }

    @Override
    public void announce(HasMetadata about, Announcement announcement) {
        process.crossing("announce");
        if (!server.isAway()) {
            listener.announced(who, about, announcement);
        }
    }

    @Override
    public Map<String, byte[]> secret(SecretReference reference) throws IOException {
        process.crossing("secret");
        String name = reference.namespace() + "/" + reference.name();
        if (server.isAway()) {
            process.sleep(NO_ANSWER);
            throw new IOException("Secret " + name + " cannot be read: connect timed out");
        }
        return server.secret(name).orElseThrow(() -> new IOException("Secret " + name + " does not exist"));
    }

    void watch(Watcher watcher) {
        watchers.add(watcher);
    }

    Optional<Hypervisor> hypervisor(String name) {
        return hypervisorNamed("Hypervisor " + name);
    }

    Optional<Hypervisor> hypervisorNamed(String fullName) {
        return Optional.ofNullable(hypervisors.get(fullName));
    }

    Optional<HAPolicy> policyNamed(String fullName) {
        return Optional.ofNullable(policies.get(fullName));
    }

    Optional<VirtualMachine> virtualMachineNamed(String fullName) {
        return Optional.ofNullable(machines.get(fullName));
    }

    @Override
    public Collection<VirtualMachine> claimants(String claim) {
        return claims.getOrDefault(claim, Set.of()).stream()
                .map(machines::get)
                .filter(Objects::nonNull)
                .toList();
    }

    Optional<VirtualMachine> virtualMachine(UUID uid) {
        return Optional.ofNullable(machineNames.get(uid)).map(machines::get);
    }

    /** The object as it was last written here if that is newer than what the cache has. */
    @SuppressWarnings("unchecked")
    <R extends HasMetadata> R newest(R cached) {
        String uid = cached.getMetadata().getUid();
        HasMetadata ours = written.get(uid);
        if (ours != null && SimulatedStore.version(ours) > SimulatedStore.version(cached)) {
            return (R) SimulatedStore.copy(ours);
        }
        if (ours != null) {
            written.remove(uid, ours);
        }
        return SimulatedStore.copy(cached);
    }

    /** The object is gone. */
    void forget(HasMetadata gone) {
        written.remove(gone.getMetadata().getUid());
    }

    /** The server has news. */
    void notified(HasMetadata object, boolean gone) {
        process.after(NEWS_TRAVEL, () -> apply(object, gone));
    }

    /** The watch was interrupted: everything is read anew. */
    void listAgain() {
        Collection<HasMetadata> all = server.all();
        process.after(NEWS_TRAVEL, () -> {
            all.forEach(object -> apply(SimulatedStore.copy(object), false));
            Set<String> there = all.stream().map(SimulatedStore::name).collect(Collectors.toSet());
            Stream.of(hypervisors, policies, machines)
                    .flatMap(cache -> List.copyOf(cache.values()).stream())
                    .filter(object -> !there.contains(SimulatedStore.name(object)))
                    .forEach(object -> apply(object, true));
        });
    }

    private void apply(HasMetadata object, boolean gone) {
        String name = SimulatedStore.name(object);
        HasMetadata known = Stream.of(hypervisors, policies, machines)
                .map(cache -> (HasMetadata) cache.get(name))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        if (known != null && SimulatedStore.version(known) >= SimulatedStore.version(object) && !gone) {
            return;
        }
        if (object instanceof Hypervisor host) {
            keep(hypervisors, name, host, gone);
        } else if (object instanceof HAPolicy policy) {
            keep(policies, name, policy, gone);
        } else if (object instanceof VirtualMachine machine) {
            keep(machines, name, machine, gone);
            index((VirtualMachine) known, gone ? null : machine, name);
        }
        watchers.forEach(watcher -> watcher.changed(object, gone));
    }

    private void index(@Nullable VirtualMachine before, @Nullable VirtualMachine after, String name) {
        if (before != null) {
            uuids(before).forEach(machineNames::remove);
            before.getSpec()
                    .claims()
                    .forEach(claim -> claims.computeIfPresent(claim, (key, names) -> without(names, name)));
        }
        if (after != null) {
            uuids(after).forEach(uuid -> machineNames.put(uuid, name));
            after.getSpec().claims().forEach(claim -> claims.merge(claim, Set.of(name), StoreClient::together));
        }
    }

    private static Stream<UUID> uuids(VirtualMachine machine) {
        return Stream.of(
                        Optional.of(machine.getMetadata().getUid()),
                        Optional.ofNullable(machine.getStatus()).map(VirtualMachineStatus::domainUUID))
                .flatMap(Optional::stream)
                .map(UUID::fromString);
    }

    private static Set<String> together(Set<String> some, Set<String> more) {
        return Stream.concat(some.stream(), more.stream()).collect(Collectors.toSet());
    }

    private static Set<String> without(Set<String> names, String name) {
        return names.stream().filter(each -> !each.equals(name)).collect(Collectors.toSet());
    }

    private static <R> void keep(Map<String, R> cache, String name, R object, boolean gone) {
        if (gone) {
            cache.remove(name);
        } else {
            cache.put(name, object);
        }
    }

    private <R extends HasMetadata> Written<R> write(R changed, boolean status) {
        if (changed.getMetadata().getResourceVersion() == null) {
            throw new IllegalArgumentException("a write without resourceVersion would be unconditional");
        }
        process.crossing("write");
        if (server.isAway()) {
            process.sleep(NO_ANSWER);
            written.remove(changed.getMetadata().getUid());
            return new Written.Unknown<>("connect timed out");
        }
        Written<R> outcome = server.write(who, changed, status);
        if (outcome instanceof Written.Accepted<R>(R stored)) {
            written.put(stored.getMetadata().getUid(), stored);
        } else {
            written.remove(changed.getMetadata().getUid());
        }
        process.crossing("written");
        return outcome;
    }
}
