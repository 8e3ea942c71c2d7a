package dev.perene.adapter.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.port.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LeadershipTest {
    private static final Duration KEEPS = Duration.ofSeconds(3);

    private final Clock clock = new Clock();
    private final Leadership leadership = Leadership.elected(clock, KEEPS);

    @Test
    void nobody_leads_before_the_server_has_taken_a_renewal() {
        assertThat(leadership.leads()).isFalse();
        assertThat(leadership.ifLeading(() -> "done")).isEmpty();
    }

    @Test
    void a_renewal_opens_the_gate() {
        leadership.renewed(clock.now);

        assertThat(leadership.ifLeading(() -> "done")).contains("done");
    }

    @Test
    void leadership_that_is_not_renewed_ends_by_itself() {
        leadership.renewed(clock.now);

        clock.pass(2999);
        assertThat(leadership.leads()).isTrue();
        clock.pass(1);
        assertThat(leadership.leads()).isFalse();
        assertThat(leadership.ifLeading(() -> "done")).isEmpty();
    }

    @Test
    void it_counts_from_when_the_renewal_was_asked_for() {
        Duration asked = clock.now;
        clock.pass(2000);
        leadership.renewed(asked);

        clock.pass(1000);

        assertThat(leadership.leads()).isFalse();
    }

    @Test
    void an_answer_that_comes_too_late_opens_nothing() {
        AtomicInteger beginnings = countBeginnings();
        Duration asked = clock.now;
        clock.pass(3000);

        leadership.renewed(asked);

        assertThat(leadership.leads()).isFalse();
        assertThat(beginnings).hasValue(0);
    }

    @Test
    void losing_closes_the_gate_at_once() {
        leadership.renewed(clock.now);

        leadership.lost();

        assertThat(leadership.leads()).isFalse();
    }

    @Test
    void a_beginning_is_told_once_and_again_after_a_gap() {
        AtomicInteger beginnings = countBeginnings();

        leadership.renewed(clock.now);
        clock.pass(1000);
        leadership.renewed(clock.now);
        assertThat(beginnings).hasValue(1);

        clock.pass(3000);
        leadership.renewed(clock.now);
        assertThat(beginnings).hasValue(2);
    }

    @Test
    void an_operator_alone_leads_until_it_stops() throws InterruptedException {
        Leadership sole = Leadership.sole(clock);
        clock.pass(TimeUnit.DAYS.toMillis(1000));
        assertThat(sole.leads()).isTrue();

        assertThat(sole.drain(Duration.ZERO)).isTrue();

        assertThat(sole.leads()).isFalse();
    }

    @Test
    void a_drain_lets_nothing_begin_and_waits_for_what_runs() throws InterruptedException {
        leadership.renewed(clock.now);
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Thread command = Thread.ofPlatform()
                .start(() -> leadership.ifLeading(() -> {
                    runs.countDown();
                    return awaited(mayEnd);
                }));
        runs.await();

        assertThat(leadership.drain(Duration.ofMillis(50))).isFalse();
        assertThat(leadership.ifLeading(() -> "another")).isEmpty();
        leadership.renewed(clock.now);
        assertThat(leadership.leads()).isFalse();

        mayEnd.countDown();
        assertThat(leadership.drain(Duration.ofSeconds(20))).isTrue();
        command.join();
    }

    @Test
    void what_fails_has_ended() throws InterruptedException {
        leadership.renewed(clock.now);

        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> leadership.ifLeading(() -> {
                    throw new IllegalStateException("refused");
                })))
                .hasMessage("refused");

        assertThat(leadership.drain(Duration.ZERO)).isTrue();
    }

    private AtomicInteger countBeginnings() {
        AtomicInteger count = new AtomicInteger();
        leadership.onBeginning(count::incrementAndGet);
        return count;
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static final class Clock implements TimeSource {
        private Duration now = Duration.ofHours(1);

        void pass(long milliseconds) {
            now = now.plusMillis(milliseconds);
        }

        @Override
        public Duration monotonic() {
            return now;
        }

        @Override
        public Instant wallClock() {
            return Instant.EPOCH;
        }
    }
}
