package dev.perene.adapter.kube;

import dev.perene.api.HAPolicy;
import dev.perene.api.Hypervisor;
import dev.perene.api.HypervisorSpec.SecretReference;
import dev.perene.api.VirtualMachine;
import dev.perene.port.ObjectStore;
import dev.perene.port.SecretSource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** The API server: caches of all objects of ours, and writes that are conditional without exception. */
public final class KubeObjectStore implements ObjectStore, SecretSource, AutoCloseable {
    private static final String BY_UID = "uid";
    private static final String BY_CLAIM = "claim";
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int MOST_TRIES = 60;
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final KubernetesClient client;
    private final EventRecorder events;
    private final SharedIndexInformer<Hypervisor> hypervisors;
    private final SharedIndexInformer<VirtualMachine> virtualMachines;
    private final SharedIndexInformer<HAPolicy> policies;
    private final Map<String, HasMetadata> written = new ConcurrentHashMap<>();

    /** Fills the caches; returns when they are full. */
    public KubeObjectStore(KubernetesClient client) {
        this.client = client;
        this.events = new EventRecorder(client);
        this.hypervisors = filled(() -> client.resources(Hypervisor.class).runnableInformer(0));
        this.policies = filled(() -> client.resources(HAPolicy.class).runnableInformer(0));
        this.virtualMachines = filled(() -> {
            SharedIndexInformer<VirtualMachine> informer =
                    client.resources(VirtualMachine.class).inAnyNamespace().runnableInformer(0);
            informer.addIndexers(Map.of(
                    BY_UID,
                    KubeObjectStore::uuids,
                    BY_CLAIM,
                    machine -> List.copyOf(machine.getSpec().claims())));
            return informer;
        });
    }

    /** A server that has just learnt a kind answers "too many requests" for a moment; that is waited for, no other no. */
    private static <R> SharedIndexInformer<R> filled(Supplier<SharedIndexInformer<R>> made) {
        for (int tries = 1; ; tries++) {
            SharedIndexInformer<R> informer = made.get();
            try {
                informer.run();
                return informer;
            } catch (KubernetesClientException refused) {
                if (refused.getCode() != TOO_MANY_REQUESTS || tries == MOST_TRIES) {
                    throw refused;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** Whether the caches have been filled once. */
    public boolean synced() {
        return hypervisors.hasSynced() && policies.hasSynced() && virtualMachines.hasSynced();
    }

    @Override
    public Collection<Hypervisor> hypervisors() {
        return hypervisors.getStore().list();
    }

    @Override
    public Collection<VirtualMachine> virtualMachines() {
        return virtualMachines.getStore().list();
    }

    @Override
    public Collection<HAPolicy> policies() {
        return policies.getStore().list();
    }

    /** Has something done whenever another policy may apply to VMs, but not when only a status was written. */
    void onPolicyChange(Runnable action) {
        policies.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(HAPolicy added) {
                action.run();
            }

            @Override
            public void onUpdate(HAPolicy before, HAPolicy now) {
                boolean same = Objects.equals(before.getSpec(), now.getSpec())
                        && before.markedDefault() == now.markedDefault();
                if (!same) {
                    action.run();
                }
            }

            @Override
            public void onDelete(HAPolicy gone, boolean finalStateUnknown) {
                action.run();
            }
        });
    }

    @Override
    public Collection<VirtualMachine> claimants(String claim) {
        return virtualMachines.getIndexer().byIndex(BY_CLAIM, claim);
    }

    /** The Hypervisor with this name, from the cache. */
    Optional<Hypervisor> hypervisor(String name) {
        return Optional.ofNullable(hypervisors.getStore().getByKey(name));
    }

    /** Its own and, if it was adopted, its domain's. */
    private static List<String> uuids(VirtualMachine machine) {
        String uid = machine.getMetadata().getUid();
        String domain = machine.getStatus() == null ? null : machine.getStatus().domainUUID();
        return domain == null || domain.equals(uid) ? List.of(uid) : List.of(uid, domain);
    }

    /** The VirtualMachine whose domain has this UUID, from the cache. */
    Optional<VirtualMachine> virtualMachine(UUID domain) {
        return virtualMachines.getIndexer().byIndex(BY_UID, domain.toString()).stream()
                .findFirst();
    }

    /** The object as it was last written here if that is newer than what the cache has. */
    @SuppressWarnings("unchecked")
    <R extends HasMetadata> R newest(R cached) {
        HasMetadata ours = written.get(cached.getMetadata().getUid());
        if (ours == null) {
            return cached;
        }
        if (version(ours) > version(cached)) {
            return (R) client.getKubernetesSerialization().clone(ours);
        }
        written.remove(cached.getMetadata().getUid(), ours);
        return cached;
    }

    @Override
    public <R extends HasMetadata> Written<R> replaceStatus(R changed) {
        return write(changed, () -> client.resource(changed).updateStatus());
    }

    @Override
    public <R extends HasMetadata> Written<R> replaceFinalizers(R changed) {
        Map<String, Object> patch = Map.of(
                "metadata",
                Map.of(
                        "resourceVersion", changed.getMetadata().getResourceVersion(),
                        "finalizers", changed.getFinalizers()));
        return write(changed, () -> client.resource(changed)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        client.getKubernetesSerialization().asJson(patch)));
    }

    @Override
    public Map<String, byte[]> secret(SecretReference reference) throws IOException {
        String name = "Secret " + reference.namespace() + "/" + reference.name();
        try {
            Secret secret = client.secrets()
                    .inNamespace(reference.namespace())
                    .withName(reference.name())
                    .get();
            if (secret == null) {
                throw new IOException(name + " does not exist");
            }
            Map<String, byte[]> entries = new HashMap<>();
            if (secret.getData() != null) {
                secret.getData()
                        .forEach((key, value) ->
                                entries.put(key, Base64.getDecoder().decode(value)));
            }
            return entries;
        } catch (KubernetesClientException failure) {
            throw new IOException(name + " cannot be read: " + failure.getMessage(), failure);
        }
    }

    @Override
    public void announce(HasMetadata about, Announcement announcement) {
        events.record(about, announcement);
    }

    @Override
    public void close() {
        hypervisors.close();
        policies.close();
        virtualMachines.close();
        events.close();
    }

    private interface Put<R> {
        R send();
    }

    /** The object carries the resourceVersion that it was read with, so that the server refuses it if that is old. */
    private <R extends HasMetadata> Written<R> write(R changed, Put<R> put) {
        if (changed.getMetadata().getResourceVersion() == null) {
            throw new IllegalArgumentException("a write without resourceVersion would be unconditional");
        }
        try {
            R stored = put.send();
            written.put(stored.getMetadata().getUid(), stored);
            return new Written.Accepted<>(stored);
        } catch (KubernetesClientException failure) {
            written.remove(changed.getMetadata().getUid());
            return switch (failure.getCode()) {
                case HttpURLConnection.HTTP_CONFLICT, HttpURLConnection.HTTP_NOT_FOUND -> new Written.Outdated<>();
                default -> new Written.Unknown<>(String.valueOf(failure.getMessage()));
            };
        }
    }

    /** The object is gone. */
    void forget(HasMetadata gone) {
        written.remove(gone.getMetadata().getUid());
    }

    private static long version(HasMetadata object) {
        return Long.parseLong(object.getMetadata().getResourceVersion());
    }
}
