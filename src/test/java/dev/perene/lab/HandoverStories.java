package dev.perene.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;

/** What happens to VMs when the operator that acts is not the one that acted a moment ago. */
class HandoverStories extends TwoOperators {
    private static final Duration LEASE = Duration.ofSeconds(5);

    @AfterEach
    void bothAgain() {
        awaitLeaderAndStandby();
    }

    @RepeatedTest(3)
    void a_leader_killed_while_vms_start_and_die_is_replaced_and_each_vm_runs_once() {
        Machine till = declare("till").awaitRunning();
        Replica leader = leader();
        Machine shop = declareOther("shop");

        pause(Duration.ofMillis(ThreadLocalRandom.current().nextInt(1500)));
        leader.kill();
        till.killQemu();

        try {
            till.awaitBoots(2);
            shop.awaitRunning();
            await("the other one leads", () -> otherThan(leader).leads());
            assertRunsOnce(till);
            assertRunsOnce(shop);
        } finally {
            leader.start();
        }
    }

    @RepeatedTest(3)
    void a_leader_that_is_told_to_stop_gives_the_lease_up() {
        Machine till = declare("till").awaitRunning();
        Replica leader = leader();
        Replica standby = otherThan(leader);
        Instant before = Instant.now();

        leader.stop();
        try {
            till.killQemu();

            till.awaitBoots(2);
            await("the other one leads", standby::leads);
            assertThat(standby.said(before, "the leader is nobody")).isTrue();
            assertThat(Duration.between(before, standby.decisions(before).getFirst()))
                    .as("not waited for the Lease to expire")
                    .isLessThan(LEASE);
            assertRunsOnce(till);
        } finally {
            leader.start();
        }
    }

    @RepeatedTest(3)
    void a_leader_that_wakes_up_after_another_took_over_does_nothing() {
        Machine till = declare("till").awaitRunning();
        Replica leader = leader();
        Replica standby = otherThan(leader);

        leader.signal("STOP");
        Instant stopped = Instant.now();
        try {
            till.killQemu();
            till.awaitBoots(2);
            await("the other one leads", standby::leads);
        } finally {
            leader.signal("CONT");
        }

        // It may say so before the command that woke it has ended; while it slept it said nothing.
        await("it knows that it does not lead", () -> leader.said(stopped, "does not lead any more"));
        awaitLeaderAndStandby();
        assertThat(leader.decisions(stopped)).isEmpty();
        assertRunsOnce(till);
    }

    private void assertRunsOnce(Machine machine) {
        machine.awaitStatus("Running");
        assertThat(lab.running(machine.uid())).isOne();
        assertThat(machine.guest().verified()).contains("lost=0", "foreign=0", "overlapping=0");
    }
}
