package dev.perene.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.adapter.kube.ServedDefinitions.Findings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DefinitionGateTest {
    private static final Findings OLDER =
            new Findings(List.of("it lacks status.guest", "so does the other"), List.of());
    private static final Findings NEWER = new Findings(List.of(), List.of("it has spec.colour"));

    private final AtomicInteger looks = new AtomicInteger();
    private volatile Findings served = OLDER;
    private final DefinitionGate gate = new DefinitionGate(
            () -> {
                looks.incrementAndGet();
                return served;
            },
            Duration.ofMillis(20));

    @Test
    void definitions_that_are_newer_hold_nobody_back() {
        served = NEWER;

        assertThat(gate.await()).isTrue();
        assertThat(looks).hasValue(1);
        assertThat(gate.problem()).isEmpty();
    }

    @Test
    void older_definitions_hold_the_operator_back_until_they_are_replaced() throws Exception {
        CompletableFuture<Boolean> passed = CompletableFuture.supplyAsync(gate::await);
        while (looks.get() < 3) {
            Thread.sleep(1);
        }
        assertThat(passed).isNotDone();
        assertThat(gate.problem()).contains("it lacks status.guest; so does the other");

        served = NEWER;

        assertThat(passed.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(gate.problem()).isEmpty();
    }

    @Test
    void an_operator_that_is_told_to_stop_waits_no_longer() throws Exception {
        CompletableFuture<Boolean> passed = CompletableFuture.supplyAsync(gate::await);
        while (looks.get() < 1) {
            Thread.sleep(1);
        }

        gate.close();

        assertThat(passed.get(30, TimeUnit.SECONDS)).isFalse();
    }
}
