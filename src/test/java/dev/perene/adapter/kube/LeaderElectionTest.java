package dev.perene.adapter.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perene.RealApiServer;
import dev.perene.adapter.kube.LeaderElection.Settings;
import dev.perene.port.TimeSource;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Candidates for one Lease on a real API server. */
@Tag("api")
@Timeout(90)
class LeaderElectionTest {
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String SOMEBODY = "somebody";
    private static final TimeSource TIME = new MachineTime();

    private final List<Candidate> candidates = new ArrayList<>();
    private final String namespace = "election-" + UUID.randomUUID();
    private KubernetesClient client;

    private record Candidate(String name, Leadership leadership, LeaderElection election) {
        boolean leads() {
            return leadership.leads();
        }
    }

    @BeforeEach
    void connect() {
        client = RealApiServer.shared().client();
    }

    @AfterEach
    void endAll() {
        candidates.forEach(candidate -> candidate.election().close());
    }

    @Test
    void of_two_one_leads_and_the_other_knows_who() {
        createNamespace();
        Candidate one = candidate("one");
        await("one leads", one::leads);
        Candidate two = candidate("two");

        await("two knows the leader", () -> two.election().leader().equals(java.util.Optional.of("one")));
        assertThat(two.leads()).isFalse();
        assertThat(two.election().readable()).isTrue();
        assertThat(one.election().problem()).isEmpty();
        assertThat(lease().get().getSpec().getHolderIdentity()).isEqualTo("one");
    }

    @Test
    void one_that_gives_the_lease_up_is_followed_before_it_would_have_expired() {
        createNamespace();
        Candidate one = candidate("one");
        await("one leads", one::leads);
        Candidate two = candidate("two");
        await("two could take over", () -> two.election().readable());

        one.leadership().lost();
        one.election().release();

        assertThat(lease().get().getSpec().getHolderIdentity()).isNotEqualTo("one");
        await("two leads", two::leads);
        assertThat(lease().get().getSpec().getLeaseTransitions()).isPositive();
        assertThat(one.leads()).isFalse();
    }

    @Test
    void one_that_falls_silent_is_followed_and_at_no_moment_do_both_lead() {
        createNamespace();
        Candidate one = candidate("one");
        await("one leads", one::leads);
        Candidate two = candidate("two");
        await("two could take over", () -> two.election().readable());
        AtomicBoolean both = new AtomicBoolean();

        one.election().close();
        // Only silence ends its leadership, as when its process or its network hangs.
        one.leadership().renewed(TIME.monotonic());

        await("two leads", () -> {
            both.compareAndSet(false, one.leads() && two.leads());
            return two.leads();
        });
        assertThat(both).isFalse();
        assertThat(one.leads()).isFalse();
    }

    @Test
    void a_holder_whose_clock_is_an_hour_behind_keeps_the_lease_while_it_renews() {
        createNamespace();
        holdBySomebody(Duration.ofHours(-1));
        Candidate one = candidate("one");

        for (int renewal = 0; renewal < 20; renewal++) {
            holdBySomebody(Duration.ofHours(-1).plusMillis(renewal + 1));
            pause(Duration.ofMillis(300));
            assertThat(one.leads()).isFalse();
        }

        await("it leads after the holder fell silent", one::leads);
    }

    @Test
    void a_holder_whose_clock_is_an_hour_ahead_is_followed_when_it_falls_silent() {
        createNamespace();
        holdBySomebody(Duration.ofHours(1));
        Candidate one = candidate("one");
        Instant begin = Instant.now();

        await("one leads", one::leads);

        assertThat(Duration.between(begin, Instant.now())).isGreaterThan(LEASE.minusMillis(100));
    }

    @Test
    void a_lease_taken_by_force_ends_leadership_and_the_loser_stands_again() {
        createNamespace();
        Candidate one = candidate("one");
        await("one leads", one::leads);

        holdBySomebody(Duration.ZERO);

        await("one does not lead", () -> !one.leads());
        await("one leads again", one::leads);
    }

    @Test
    void a_missing_namespace_is_named_and_may_come_later() {
        Candidate one = candidate("one");

        await("it says what is missing", () -> one.election()
                .problem()
                .filter(text -> text.contains(namespace) && text.contains("the namespace does not exist"))
                .isPresent());
        assertThat(one.election().readable()).isFalse();
        assertThat(one.election().alive()).isTrue();

        createNamespace();
        await("it leads", one::leads);
        assertThat(one.election().problem()).isEmpty();
    }

    @Test
    void settings_that_cannot_work_are_refused() {
        assertThatThrownBy(() ->
                        new Settings(namespace, Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ofSeconds(1)))
                .hasMessageContaining("perene.leader-election");
        assertThatThrownBy(() ->
                        new Settings(namespace, Duration.ofSeconds(5), Duration.ofSeconds(3), Duration.ofSeconds(2)))
                .hasMessageContaining("retry-period");
    }

    private void createNamespace() {
        RealApiServer.shared().namespace(namespace);
    }

    private Candidate candidate(String name) {
        Settings settings = new Settings(namespace, LEASE, Duration.ofMillis(2000), Duration.ofMillis(500));
        Leadership leadership = Leadership.elected(TIME, settings.renewDeadline());
        Candidate made = new Candidate(name, leadership, new LeaderElection(client, settings, name, TIME, leadership));
        candidates.add(made);
        made.election().start();
        return made;
    }

    private Resource<Lease> lease() {
        return client.leases().inNamespace(namespace).withName("perene-operator");
    }

    private void holdBySomebody(Duration clockError) {
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC).plus(clockError);
        client.resource(new LeaseBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName("perene-operator")
                        .endMetadata()
                        .withNewSpec()
                        .withHolderIdentity(SOMEBODY)
                        .withLeaseDurationSeconds((int) LEASE.toSeconds())
                        .withAcquireTime(now)
                        .withRenewTime(now)
                        .withLeaseTransitions(7)
                        .endSpec()
                        .build())
                .forceConflicts()
                .serverSideApply();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
            }
            pause(Duration.ofMillis(5));
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static final class MachineTime implements TimeSource {
        @Override
        public Duration monotonic() {
            return Duration.ofNanos(System.nanoTime());
        }

        @Override
        public Instant wallClock() {
            return Instant.now();
        }
    }
}
