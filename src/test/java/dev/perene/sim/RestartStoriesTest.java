package dev.perene.sim;

import static dev.perene.sim.Vm.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.Condition;
import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.HAPolicySpec.Restart;
import dev.perene.api.VirtualMachineSpec.RunStrategy;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stories of guests that stop again and again, and of the policies that bound their restarts. */
class RestartStoriesTest extends Story {
    private static final Restart QUICK = new Restart(3, 1, 20);
    private static final GuestBehaviour DYING =
            GuestBehaviour.POLITE.ending(GuestBehaviour.End.QemuDies, Duration.ofMillis(500));

    private Replica operator;

    @BeforeEach
    void oneHost() {
        cluster.host("host1", 4);
        operator = cluster.operator("operator-1");
        seconds(2);
    }

    @Test
    void a_qemu_that_dies_every_time_is_started_four_times_and_then_needs_a_person() {
        dies(DYING);

        assertThat(boots()).isEqualTo(4);
        assertThat(cluster.status("till").restarts()).isEqualTo(3);
        assertThat(condition("ManualRecoveryRequired").message())
                .contains("restarted 3 times in a row", "libvirt: crashed")
                .endsWith("kubectl annotate virtualmachines.perene.dev till --namespace shop"
                        + " perene.dev/restartedAt=$(date -Is) --overwrite");
        assertThat(condition(Conditions.STALLED).reason()).isEqualTo("ManualRecoveryRequired");
    }

    @Test
    void a_guest_that_powers_itself_off_every_time_needs_a_person_too() {
        dies(GuestBehaviour.POLITE.ending(GuestBehaviour.End.PowersOff, Duration.ofMillis(500)));

        assertThat(boots()).isEqualTo(4);
        assertThat(condition("ManualRecoveryRequired").message()).contains("libvirt: shutdown");
    }

    @Test
    void a_restart_that_a_person_asks_for_begins_a_new_row() {
        dies(DYING);
        cluster.says("the guest is mended");
        cluster.host("host1").guests().behave(GuestBehaviour.POLITE);
        cluster.restart("till");
        seconds(3);

        assertThat(cluster.printable("till")).isEqualTo("Running");
        assertThat(cluster.status("till").consecutiveRestarts()).isZero();
        assertThat(cluster.status("till").restarts()).isEqualTo(3);
        assertThat(condition("ManualRecoveryRequired").status()).isEqualTo(ConditionStatus.False);
    }

    @Test
    void a_vm_that_was_halted_by_a_person_begins_a_new_row() {
        dies(DYING);
        cluster.strategy("till", RunStrategy.Halted);
        seconds(2);
        assertThat(cluster.printable("till")).isEqualTo("Stopped");
        cluster.host("host1").guests().behave(GuestBehaviour.POLITE);
        cluster.strategy("till", RunStrategy.Always);
        seconds(3);

        assertThat(cluster.printable("till")).isEqualTo("Running");
        assertThat(cluster.status("till").consecutiveRestarts()).isZero();
    }

    @Test
    void a_guest_that_ran_long_enough_has_its_restarts_forgotten() {
        cluster.policy("quick", true, QUICK).declare(vm("till"));
        seconds(5);
        killQemu();
        seconds(10);
        killQemu();
        seconds(10);
        assertThat(cluster.status("till").consecutiveRestarts()).isEqualTo(2);
        seconds(15);

        assertThat(cluster.status("till").consecutiveRestarts()).isZero();
        killQemu();
        cluster.runFor(Duration.ofMillis(500));
        assertThat(cluster.whereItRuns("till")).contains("host1");
        assertThat(cluster.status("till").restarts()).isEqualTo(3);
        seconds(25);
    }

    @Test
    void an_operator_that_dies_in_the_middle_of_a_restart_leaves_its_count_to_the_next() {
        cluster.policy("quick", true, QUICK).declare(vm("till"));
        seconds(5);
        cluster.host("host1").libvirt().startTakes(Duration.ofSeconds(3));
        killQemu();
        seconds(1);
        cluster.kill(operator);
        cluster.operator("operator-2");
        seconds(5);

        assertThat(cluster.printable("till")).isEqualTo("Running");
        assertThat(cluster.status("till").consecutiveRestarts()).isEqualTo(1);
        seconds(20);
    }

    @Test
    void a_new_leader_waits_before_a_restart_as_long_as_the_one_before_would_have() {
        cluster.policy("patient", true, new Restart(3, 10, 20)).declare(vm("till"));
        seconds(5);
        killQemu();
        seconds(2);
        killQemu();
        seconds(2);
        assertThat(cluster.printable("till")).isEqualTo("RestartDelayed");
        cluster.kill(operator);
        cluster.operator("operator-2");
        seconds(9);
        assertThat(cluster.printable("till")).isEqualTo("RestartDelayed");
        seconds(3);

        assertThat(cluster.printable("till")).isEqualTo("Running");
        assertThat(cluster.status("till").consecutiveRestarts()).isEqualTo(2);
        seconds(20);
    }

    @Test
    void a_vm_that_waits_for_a_person_waits_under_a_new_leader_too() {
        dies(DYING);
        cluster.kill(operator);
        cluster.operator("operator-2");
        seconds(10);

        assertThat(boots()).isEqualTo(4);
        assertThat(cluster.printable("till")).isEqualTo("ManualRecoveryRequired");
    }

    @Test
    void a_vm_that_waits_for_a_person_still_does_when_its_silent_host_is_back() {
        dies(DYING);
        cluster.host("host1").linked(false);
        seconds(10);
        assertThat(cluster.printable("till")).isEqualTo("Unknown");
        assertThat(condition("ManualRecoveryRequired").status()).isEqualTo(ConditionStatus.True);
        cluster.host("host1").linked(true);
        seconds(10);

        assertThat(boots()).isEqualTo(4);
        assertThat(cluster.printable("till")).isEqualTo("ManualRecoveryRequired");
    }

    @Test
    void a_policy_that_is_edited_counts_for_vms_that_wait() {
        cluster.policy("patient", true, new Restart(2, 3600, 3600)).declare(vm("till"));
        seconds(5);
        killQemu();
        seconds(2);
        killQemu();
        seconds(20);
        assertThat(cluster.printable("till")).isEqualTo("RestartDelayed");
        cluster.editPolicy("patient", new Restart(2, 1, 3600));
        seconds(2);
        assertThat(cluster.printable("till")).isEqualTo("Running");
        killQemu();
        seconds(2);
        assertThat(cluster.printable("till")).isEqualTo("ManualRecoveryRequired");
        cluster.editPolicy("patient", new Restart(10, 1, 10));
        seconds(4);

        assertThat(cluster.printable("till")).isEqualTo("Running");
        seconds(10);
    }

    @Test
    void a_missing_policy_keeps_no_vm_down_and_the_vm_says_so() {
        cluster.declare(vm("till").policy("gone"));
        seconds(5);
        assertThat(cluster.printable("till")).isEqualTo("Running");
        assertThat(condition("PolicyApplied").status()).isEqualTo(ConditionStatus.False);
        assertThat(condition("PolicyApplied").reason()).isEqualTo("PolicyNotFound");
        assertThat(condition("PolicyApplied").message()).contains("HAPolicy gone", "built-in values");
        cluster.says("the policy is declared");
        cluster.policy("gone", false, QUICK);
        seconds(15);

        assertThat(condition("PolicyApplied").status()).isEqualTo(ConditionStatus.True);
        assertThat(cluster.policy("gone").orElseThrow().getStatus().virtualMachines())
                .isEqualTo(1);
    }

    @Test
    void an_invalid_policy_counts_for_nobody() {
        cluster.policy("broken", true, new Restart(0, 1, 20));
        cluster.declare(vm("till"));
        seconds(15);

        assertThat(cluster.printable("till")).isEqualTo("Running");
        assertThat(condition("PolicyApplied").reason()).isEqualTo("PolicyInvalid");
        assertThat(condition("PolicyApplied").message()).contains("spec.restart.attempts");
        assertThat(Conditions.is(
                        cluster.policy("broken").orElseThrow().getStatus().conditions(),
                        Conditions.STALLED,
                        ConditionStatus.True))
                .isTrue();
    }

    @Test
    void of_two_default_policies_the_newest_counts_and_both_say_so() {
        cluster.policy("first", true, QUICK);
        seconds(2);
        cluster.declare(vm("till"));
        cluster.policy("second", true, QUICK);
        seconds(15);

        assertThat(standing("first")).isEqualTo("False NewerDefault");
        assertThat(standing("second")).isEqualTo("True NewestDefault");
        assertThat(condition("PolicyApplied").message()).isEqualTo("the default HAPolicy second counts");
        cluster.delete("HAPolicy second");
        seconds(15);
        assertThat(standing("first")).isEqualTo("True MarkedDefault");
        assertThat(condition("PolicyApplied").message()).isEqualTo("the default HAPolicy first counts");
    }

    @Test
    void starts_that_libvirt_refuses_are_no_restarts() {
        cluster.policy("quick", true, QUICK).declare(vm("till"));
        seconds(5);
        cluster.host("host1").libvirt().next("start", Fault.outOfMemory(), 5);
        killQemu();
        seconds(40);

        assertThat(cluster.printable("till")).isEqualTo("Running");
        assertThat(cluster.status("till").restarts()).isEqualTo(1);
        seconds(20);
    }

    /** A VM whose guest ends at every start, until nobody starts it any more. */
    private void dies(GuestBehaviour behaviour) {
        cluster.host("host1").guests().behave(behaviour);
        cluster.policy("quick", true, QUICK).declare(vm("till"));
        seconds(15);
        assertThat(cluster.whereItRuns("till")).isEmpty();
        assertThat(cluster.printable("till")).isEqualTo("ManualRecoveryRequired");
        assertThat(cluster.status("till").consecutiveRestarts()).isEqualTo(3);
    }

    private void killQemu() {
        cluster.says("QEMU is killed");
        cluster.guestsOf("till").kill(cluster.uid("till"));
    }

    private long boots() {
        return cluster.transcript()
                .text()
                .lines()
                .filter(line -> line.endsWith("shop/till is Running, booted"))
                .count();
    }

    private Condition condition(String type) {
        return Conditions.of(cluster.status("till").conditions(), type).orElseThrow();
    }

    private String standing(String policy) {
        Condition standing = Conditions.of(
                        cluster.policy(policy).orElseThrow().getStatus().conditions(), "Default")
                .orElseThrow();
        return standing.status() + " " + standing.reason();
    }
}
