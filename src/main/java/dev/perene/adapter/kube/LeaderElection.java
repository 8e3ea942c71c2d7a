package dev.perene.adapter.kube;

import dev.perene.port.TimeSource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectorBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes part in the election of the leader among replicas, with Fabric8's elector, and keeps {@link Leadership} true. One
 * that loses becomes a candidate again; the process need not end for that. It neither starts nor stops reconcilers.
 */
public final class LeaderElection implements AutoCloseable {
    /** The elector tries every one or two seconds, also while the API server is away. */
    private static final Duration DEAD_AFTER = Duration.ofSeconds(30);

    private static final System.Logger LOG = System.getLogger(LeaderElection.class.getName());

    private final KubernetesClient client;
    private final Settings settings;
    private final TimeSource time;
    private final Leadership leadership;
    private final ObservedLease lease;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("leader-election").factory());
    private @Nullable CompletableFuture<?> candidacy;
    private boolean closed;

    /**
     * How the election is held; all replicas must agree.
     *
     * @param namespace where the Lease {@code perene-operator} is; must exist
     * @param leaseDuration after which others regard a Lease that was not renewed as free; whole seconds
     * @param renewDeadline for how long the leader acts after it asked for a renewal that was granted; less than
     *     {@code leaseDuration}, and what lies between the two is the margin for clocks that run at different speeds
     * @param retryPeriod how often the leader renews and others look; less than {@code renewDeadline}
     */
    public record Settings(String namespace, Duration leaseDuration, Duration renewDeadline, Duration retryPeriod) {
        /** Refuses what cannot work. */
        public Settings {
            if (!retryPeriod.isPositive()
                    || retryPeriod.multipliedBy(2).compareTo(renewDeadline) > 0
                    || renewDeadline.compareTo(leaseDuration) >= 0
                    || leaseDuration.getNano() != 0) {
                throw new IllegalArgumentException("perene.leader-election: needed are twice retry-period ("
                        + retryPeriod + ") <= renew-deadline (" + renewDeadline + ") < lease-duration ("
                        + leaseDuration + ", whole seconds)");
            }
        }
    }

    /** A candidate that does not take part before {@link #start}. */
    public LeaderElection(
            KubernetesClient client, Settings settings, String identity, TimeSource time, Leadership leadership) {
        this.client = client;
        this.settings = settings;
        this.time = time;
        this.leadership = leadership;
        this.lease = new ObservedLease(
                settings.namespace(),
                identity,
                settings.renewDeadline().minus(settings.retryPeriod()),
                time,
                leadership);
    }

    /** Begins to take part. Returns at once; errors are logged and in {@link #problem}. */
    public synchronized void start() {
        if (closed) {
            return;
        }
        CompletableFuture<?> begun = elector().start();
        candidacy = begun;
        begun.whenComplete((nothing, failure) -> again());
    }

    /** The identity of the operator that leads, as far as it is known. */
    public Optional<String> leader() {
        return lease.standing().holder();
    }

    /** What keeps this operator from being elected, in words for people. */
    public Optional<String> problem() {
        return lease.standing().problem();
    }

    /** Whether the Lease was read a moment ago, so that this operator would notice that it is free. */
    public boolean readable() {
        ObservedLease.Standing standing = lease.standing();
        return standing.problem().isEmpty()
                && standing.answered()
                        .filter(at -> time.monotonic().minus(at).compareTo(settings.leaseDuration()) < 0)
                        .isPresent();
    }

    /** Whether it still tries, with or without success. */
    public boolean alive() {
        return time.monotonic().minus(lease.standing().asked()).compareTo(DEAD_AFTER) < 0;
    }

    /** Takes part no more and gives the Lease up, so that another one leads at once. */
    public void release() {
        close();
        try {
            lease.release(client);
        } catch (KubernetesClientException failure) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the Lease was not given up and expires in {0}: {1}",
                    settings.leaseDuration(),
                    failure.getMessage());
        }
    }

    /** Takes part no more; the Lease expires. */
    @Override
    public synchronized void close() {
        closed = true;
        thread.shutdown();
        if (candidacy != null) {
            candidacy.cancel(false);
        }
    }

    private LeaderElector elector() {
        return new LeaderElectorBuilder(client, this::run)
                .withConfig(new LeaderElectionConfig(
                        lease,
                        settings.leaseDuration(),
                        settings.renewDeadline(),
                        settings.retryPeriod(),
                        new LeaderCallbacks(() -> {}, this::ended, this::leaderIs),
                        false,
                        lease.describe()))
                .build();
    }

    private void run(Runnable task) {
        if (!thread.isShutdown()) {
            thread.execute(task);
        }
    }

    private void ended() {
        leadership.lost();
        LOG.log(System.Logger.Level.INFO, "{0} does not lead any more", lease.identity());
    }

    private void leaderIs(@Nullable String identity) {
        LOG.log(
                System.Logger.Level.INFO,
                "the leader is {0}; this is {1}",
                identity == null ? "nobody" : identity,
                lease.identity());
    }

    private synchronized void again() {
        if (!closed) {
            thread.schedule(this::start, settings.retryPeriod().toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
