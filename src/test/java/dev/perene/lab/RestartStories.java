package dev.perene.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.Condition;
import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.HAPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;

/** Guests on real hosts that stop again and again. */
class RestartStories extends Story {
    private static final String MANUAL = "ManualRecoveryRequired";

    @BeforeAll
    void declarePolicy() {
        client.load(
                        stream(
                                """
                                apiVersion: perene.dev/v1alpha1
                                kind: HAPolicy
                                metadata: {name: short}
                                spec:
                                  restart: {attempts: 2, backoffSeconds: 1, resetSeconds: 3600}
                                """))
                .serverSideApply();
    }

    @AfterAll
    void removePolicy() {
        client.resources(HAPolicy.class).withName("short").delete();
    }

    @RepeatedTest(3)
    void a_vm_whose_qemu_is_killed_again_and_again_stays_down_until_a_person_restarts_it() {
        Machine till = declareShort().awaitRunning();
        for (int boots = 2; boots <= 3; boots++) {
            till.killQemu();
            till.awaitBoots(boots);
            till.awaitStatus("Running");
        }
        assertThat(till.status().consecutiveRestarts()).isEqualTo(2);

        till.killQemu();
        till.awaitStatus(MANUAL);
        assertThat(lab.running(till.uid())).isZero();
        assertThat(till.message()).contains("restarted 2 times in a row", "libvirt: crashed", "kubectl annotate");
        operator.kill();
        operator = OperatorProcess.start(lab, 8090);
        await("the next operator is ready", operator::ready);
        await("the next operator sees the hosts", () -> hypervisors().stream().allMatch(host -> isReady(host)));
        till.patch("{\"metadata\":{\"labels\":{\"looked-at\":\"again\"}}}");
        pause(java.time.Duration.ofSeconds(5));
        assertThat(till.is(MANUAL)).isTrue();
        assertThat(till.guest().boots()).isEqualTo(3);

        till.patch("{\"metadata\":{\"annotations\":{\"perene.dev/restartedAt\":\"2026-01-01T00:00:00Z\"}}}");
        till.awaitBoots(4);
        till.awaitStatus("Running");
        assertThat(till.status().consecutiveRestarts()).isZero();
        assertThat(till.restarts()).isEqualTo(2);
        assertThat(till.condition(MANUAL).map(Condition::status)).contains(ConditionStatus.False);
        assertThat(till.guest().verified()).contains("sessions=4", "lost=0", "foreign=0", "overlapping=0");
    }

    @RepeatedTest(3)
    void a_guest_that_powers_itself_off_at_every_start_is_started_three_times_and_not_again() {
        lab.guestImage(DEVICE, withAddress("--poweroff-after", "1000"));
        Machine till = declareAsIs("till", RestartStories::following);

        till.awaitStatus(MANUAL);

        assertThat(till.guest().boots()).isEqualTo(3);
        assertThat(till.restarts()).isEqualTo(2);
        assertThat(till.message()).contains("libvirt: shutdown");
    }

    private Machine declareShort() {
        lab.guestImage(DEVICE, withAddress());
        return declareAsIs("till", RestartStories::following);
    }

    private static String following(String manifest) {
        return manifest + "  policyRef: {name: short}\n";
    }
}
