package dev.perene.adapter.kube;

import dev.perene.port.TimeSource;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The Lease as Fabric8's elector uses it, in place of Fabric8's own lock: written by PUT with the resourceVersion that was
 * read, and with an age that does not depend on other machines' clocks. It expires when its holder has not changed it for
 * its duration since it was <em>seen</em> here to change, as in Go's client. Leadership begins when a write was taken, not
 * when it is announced (Fabric8 issue 7350).
 */
final class ObservedLease implements Lock {
    private static final String NAME = "perene-operator";

    private final String namespace;
    private final String identity;
    private final RequestConfig requests;
    private final TimeSource time;
    private final Leadership leadership;
    private @Nullable Lease lease;
    private Duration seenAt;
    private boolean released;
    private volatile Standing standing;

    /**
     * What is known of the Lease.
     *
     * @param holder who leads; empty when nobody does or nothing is known
     * @param problem why it could not be read or written the last time, with what to do about it
     * @param asked monotonic time when it was last tried
     * @param answered monotonic time when it was last read
     */
    record Standing(Optional<String> holder, Optional<String> problem, Duration asked, Optional<Duration> answered) {}

    ObservedLease(String namespace, String identity, Duration requestTimeout, TimeSource time, Leadership leadership) {
        this.namespace = namespace;
        this.identity = identity;
        this.requests = new RequestConfigBuilder()
                .withRequestTimeout(Math.toIntExact(requestTimeout.toMillis()))
                .withRequestRetryBackoffLimit(0)
                .build();
        this.time = time;
        this.leadership = leadership;
        this.seenAt = time.monotonic();
        this.standing = new Standing(Optional.empty(), Optional.empty(), seenAt, Optional.empty());
    }

    Standing standing() {
        return standing;
    }

    @Override
    public synchronized @Nullable LeaderElectionRecord get(KubernetesClient client) {
        standing = new Standing(standing.holder(), standing.problem(), time.monotonic(), standing.answered());
        Lease read = ask(
                client,
                "read",
                own -> own.leases().inNamespace(namespace).withName(NAME).get());
        seen(read);
        return read == null ? null : record(read);
    }

    @Override
    public synchronized void create(KubernetesClient client, LeaderElectionRecord wanted) {
        write(client, "created", wanted, null);
    }

    @Override
    public synchronized void update(KubernetesClient client, LeaderElectionRecord wanted) {
        if (lease == null) {
            throw new IllegalStateException("the Lease is written before it was read");
        }
        write(client, "updated", wanted, lease.getMetadata().getResourceVersion());
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public String describe() {
        return "Lease " + namespace + "/" + NAME;
    }

    /** Gives the Lease up if it is ours, so that another one need not wait, and never takes it again. */
    synchronized void release(KubernetesClient client) {
        released = true;
        get(client);
        Lease ours = lease;
        if (ours != null
                && ours.getSpec() != null
                && identity.equals(ours.getSpec().getHolderIdentity())) {
            Lease free = new LeaseBuilder(ours)
                    .editSpec()
                    .withHolderIdentity(null)
                    .endSpec()
                    .build();
            seen(ask(client, "released", own -> own.resource(free).update()));
        }
    }

    private void write(
            KubernetesClient client, String verb, LeaderElectionRecord wanted, @Nullable String resourceVersion) {
        if (released) {
            throw new KubernetesClientException(describe() + " was given up");
        }
        Duration asked = time.monotonic();
        Lease next = new LeaseBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(NAME)
                .withResourceVersion(resourceVersion)
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(wanted.getHolderIdentity())
                .withLeaseDurationSeconds(
                        Math.toIntExact(wanted.getLeaseDuration().toSeconds()))
                .withAcquireTime(wanted.getAcquireTime())
                .withRenewTime(wanted.getRenewTime())
                .withLeaseTransitions(wanted.getLeaderTransitions())
                .endSpec()
                .build();
        seen(ask(
                client,
                verb,
                own -> resourceVersion == null
                        ? own.resource(next).create()
                        : own.resource(next).update()));
        leadership.renewed(asked);
    }

    private void seen(@Nullable Lease now) {
        Lease before = lease;
        boolean changed = now == null
                || before == null
                || !now.getMetadata()
                        .getResourceVersion()
                        .equals(before.getMetadata().getResourceVersion());
        lease = now;
        if (changed) {
            seenAt = time.monotonic();
        }
        Optional<String> holder = Optional.ofNullable(now).map(Lease::getSpec).map(LeaseSpec::getHolderIdentity);
        standing = new Standing(holder, standing.problem(), standing.asked(), Optional.of(time.monotonic()));
    }

    private LeaderElectionRecord record(Lease read) {
        LeaseSpec spec = Optional.ofNullable(read.getSpec()).orElseGet(LeaseSpec::new);
        ZonedDateTime lastChange =
                ZonedDateTime.now(ZoneOffset.UTC).minus(time.monotonic().minus(seenAt));
        return new LeaderElectionRecord(
                spec.getHolderIdentity(),
                Duration.ofSeconds(
                        Optional.ofNullable(spec.getLeaseDurationSeconds()).orElse(1)),
                Optional.ofNullable(spec.getAcquireTime()).orElse(lastChange),
                lastChange,
                Optional.ofNullable(spec.getLeaseTransitions()).orElse(0));
    }

    private @Nullable Lease ask(
            KubernetesClient client, String verb, Function<NamespacedKubernetesClient, @Nullable Lease> request) {
        try {
            Lease answer = client.adapt(NamespacedKubernetesClient.class)
                    .withRequestConfig(requests)
                    .call(request::apply);
            problem(Optional.empty());
            return answer;
        } catch (KubernetesClientException failure) {
            if (failure.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                problem(Optional.of(describe() + " cannot be " + verb + ": " + advice(failure)));
            }
            throw failure;
        }
    }

    private String advice(KubernetesClientException failure) {
        return switch (failure.getCode()) {
            case HttpURLConnection.HTTP_NOT_FOUND ->
                "the namespace does not exist; create it, or set perene.leader-election.namespace";
            case HttpURLConnection.HTTP_FORBIDDEN ->
                "this operator's account needs get, create and update of leases.coordination.k8s.io there";
            default -> Optional.ofNullable(failure.getMessage()).orElse("the API server did not answer in time");
        };
    }

    private void problem(Optional<String> now) {
        Optional<String> before = standing.problem();
        standing = new Standing(standing.holder(), now, standing.asked(), standing.answered());
        if (now.isPresent() && !now.equals(before)) {
            System.getLogger(ObservedLease.class.getName()).log(System.Logger.Level.ERROR, now.orElseThrow());
        }
    }
}
