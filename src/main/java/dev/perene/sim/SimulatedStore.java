package dev.perene.sim;

import dev.perene.api.HAPolicy;
import dev.perene.api.Hypervisor;
import dev.perene.api.VirtualMachine;
import dev.perene.port.ObjectStore.Written;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * An API server with the objects of all kinds: resource versions, conflicts, generations, finalizers, watches. It
 * can be away, and can lose answers. Safe for use by several threads.
 */
public final class SimulatedStore {
    private final Timeline world;
    private final WorldListener listener;
    private final Map<String, HasMetadata> objects = new TreeMap<>();
    private final List<StoreClient> clients = new CopyOnWriteArrayList<>();
    private final Map<String, Map<String, byte[]>> secrets = new TreeMap<>();
    private final Queue<WriteFault> faults = new ArrayDeque<>();
    private long version = 100;
    private long uids;
    private long writes;
    private boolean away;

    /** What goes wrong with a write. */
    public enum WriteFault {
        /** Somebody else writes first. */
        Conflict,
        /** It is taken, and the answer is lost. */
        AnswerLost,
        /** It never arrives. */
        NotSent
    }

    /** An empty server. */
    public SimulatedStore(Timeline world, WorldListener listener) {
        this.world = world;
        this.listener = listener;
    }

    /** A client with caches, for one process. */
    public StoreClient client(String who, Timeline process) {
        StoreClient client = new StoreClient(this, who, process, listener);
        clients.add(client);
        client.listAgain();
        return client;
    }

    /** {@code kubectl create}. */
    public synchronized <R extends HasMetadata> void create(R object) {
        ObjectMeta metadata = object.getMetadata();
        metadata.setUid(new UUID(0x4000L, 0x8000000000000000L | ++uids).toString());
        metadata.setCreationTimestamp(world.wallClock().toString());
        metadata.setGeneration(1L);
        put(object, "kubectl", "created");
    }

    /** {@code kubectl edit}: a changed spec raises the generation. */
    public synchronized <R extends HasMetadata> void edit(String name, Class<R> kind, Consumer<R> change) {
        R edited = kind.cast(copy(Objects.requireNonNull(objects.get(name), name)));
        Object before = spec(edited);
        change.accept(edited);
        if (!Objects.equals(before, spec(edited))) {
            edited.getMetadata().setGeneration(edited.getMetadata().getGeneration() + 1);
        }
        put(edited, "kubectl", "edited");
    }

    /** {@code kubectl delete}: it goes when its finalizers have gone. */
    public synchronized void delete(String name) {
        HasMetadata object = copy(Objects.requireNonNull(objects.get(name), name));
        if (object.getMetadata().getDeletionTimestamp() == null) {
            object.getMetadata().setDeletionTimestamp(world.wallClock().toString());
            object.getMetadata().setGeneration(object.getMetadata().getGeneration() + 1);
            put(object, "kubectl", "deleted");
        }
    }

    /** {@code kubectl apply} of a Secret. */
    public synchronized void secret(String namespace, String name, Map<String, byte[]> entries) {
        secrets.put(namespace + "/" + name, Map.copyOf(entries));
    }

    synchronized Optional<Map<String, byte[]>> secret(String fullName) {
        return Optional.ofNullable(secrets.get(fullName));
    }

    /** An object as the server has it. */
    public synchronized <R extends HasMetadata> Optional<R> find(String name, Class<R> kind) {
        return Optional.ofNullable(objects.get(name)).map(found -> kind.cast(copy(found)));
    }

    /** How many writes arrived from operators, whether or not they were taken. */
    public synchronized long writes() {
        return writes;
    }

    /** Nobody reaches it. */
    public synchronized void leave() {
        away = true;
    }

    /** It is reached again; clients read everything anew. */
    public synchronized void comeBack() {
        away = false;
        clients.forEach(StoreClient::listAgain);
    }

    /** Orders a fault for the next write of an operator. */
    public synchronized void next(WriteFault fault) {
        faults.add(fault);
    }

    /** The name of an object in messages: {@code VirtualMachine shop/till}. */
    public static String name(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        return object.getKind() + " " + (namespace == null ? "" : namespace + "/")
                + object.getMetadata().getName();
    }

    /** A copy that shares nothing that can be changed. */
    static <R extends HasMetadata> R copy(R object) {
        ObjectMeta metadata = new ObjectMetaBuilder(object.getMetadata()).build();
        metadata.setFinalizers(new ArrayList<>(metadata.getFinalizers()));
        @SuppressWarnings("unchecked")
        R copy =
                switch (object) {
                    case Hypervisor original -> {
                        Hypervisor made = new Hypervisor();
                        made.setSpec(original.getSpec());
                        made.setStatus(original.getStatus());
                        yield (R) made;
                    }
                    case VirtualMachine original -> {
                        VirtualMachine made = new VirtualMachine();
                        made.setSpec(original.getSpec());
                        made.setStatus(original.getStatus());
                        yield (R) made;
                    }
                    case HAPolicy original -> {
                        HAPolicy made = new HAPolicy();
                        made.setSpec(original.getSpec());
                        made.setStatus(original.getStatus());
                        yield (R) made;
                    }
                    case R other -> throw new IllegalArgumentException("no such kind: " + other.getKind());
                };
        copy.setMetadata(metadata);
        return copy;
    }

    static long version(HasMetadata object) {
        return Long.parseLong(object.getMetadata().getResourceVersion());
    }

    synchronized boolean isAway() {
        return away;
    }

    synchronized Collection<HasMetadata> all() {
        return List.copyOf(objects.values());
    }

    /** A conditional write of the status or the finalizers. */
    synchronized <R extends HasMetadata> Written<R> write(String who, R changed, boolean status) {
        writes++;
        WriteFault fault = faults.poll();
        if (fault == WriteFault.NotSent) {
            return new Written.Unknown<>("connection reset");
        }
        if (fault == WriteFault.Conflict) {
            Optional.ofNullable(objects.get(name(changed))).ifPresent(there -> put(copy(there), "somebody", "touched"));
        }
        HasMetadata there = objects.get(name(changed));
        if (there == null || !sameVersion(there, changed)) {
            listener.stored(who, "conflict", changed);
            return new Written.Outdated<>();
        }
        HasMetadata next = copy(there);
        if (status) {
            takeStatus(next, changed);
        } else {
            next.getMetadata()
                    .setFinalizers(new ArrayList<>(changed.getMetadata().getFinalizers()));
        }
        R stored = put(next, who, status ? "status" : "finalizers");
        return fault == WriteFault.AnswerLost ? new Written.Unknown<>("timeout") : new Written.Accepted<>(copy(stored));
    }

    private static boolean sameVersion(HasMetadata one, HasMetadata other) {
        return version(one) == version(other)
                && one.getMetadata().getUid().equals(other.getMetadata().getUid());
    }

    private static void takeStatus(HasMetadata next, HasMetadata changed) {
        if (next instanceof Hypervisor host && changed instanceof Hypervisor from) {
            host.setStatus(from.getStatus());
        } else if (next instanceof VirtualMachine machine && changed instanceof VirtualMachine from) {
            machine.setStatus(from.getStatus());
        } else if (next instanceof HAPolicy policy && changed instanceof HAPolicy from) {
            policy.setStatus(from.getStatus());
        }
    }

    private static Object spec(HasMetadata object) {
        return ((CustomResource<?, ?>) object).getSpec();
    }

    @SuppressWarnings("unchecked")
    private <R extends HasMetadata> R put(HasMetadata object, String who, String what) {
        HasMetadata before = objects.get(name(object));
        if (before != null && before.equals(object)) {
            return (R) object;
        }
        object.getMetadata().setResourceVersion(Long.toString(++version));
        boolean gone = object.getMetadata().getDeletionTimestamp() != null
                && object.getMetadata().getFinalizers().isEmpty();
        if (gone) {
            objects.remove(name(object));
        } else {
            objects.put(name(object), object);
        }
        listener.stored(who, gone ? "gone" : what, object);
        if (!away) {
            clients.forEach(client -> client.notified(copy(object), gone));
        }
        return (R) object;
    }
}
