package dev.perene.vm;

import static dev.perene.vm.Situations.NOW;
import static dev.perene.vm.Situations.TILL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.Condition;
import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.VirtualMachineSpec.RunStrategy;
import dev.perene.port.CommandProgress;
import dev.perene.port.DomainCommand;
import dev.perene.port.DomainState;
import dev.perene.port.HostFile;
import dev.perene.port.LibvirtFailure;
import dev.perene.vm.Decision.Step;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VirtualMachinePlannerTest {

    @Test
    void a_new_vm_is_started_on_the_host_with_the_most_free_memory() {
        Decision decision = Situations.with().host("host1", 1).host("host2", 2).decide();

        assertThat(decision.status().hostName()).isEqualTo("host2");
        assertStarts(decision, "host2");
        assertCondition(decision, "Ready", ConditionStatus.False, "Starting");
    }

    @Test
    void a_running_vm_is_left_alone_and_ready() {
        Decision decision = Situations.with()
                .host("host1")
                .domain("host1", DomainState.Running, "booted")
                .recordedOn("host1")
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.status().printableStatus()).isEqualTo("Running");
        assertCondition(decision, "Ready", ConditionStatus.True, "Running");
        assertCondition(decision, "Running", ConditionStatus.True, "Running");
    }

    @Test
    void a_second_look_at_a_running_vm_changes_nothing() {
        Situations running = Situations.with().host("host1").domain("host1", DomainState.Running, "booted");
        Decision first = running.decide();

        assertThat(running.after(first).decide().status()).isEqualTo(first.status());
    }

    @Test
    void a_vm_whose_qemu_died_is_started_again_where_it_was_and_counted() {
        Decision running = Situations.with()
                .host("host1")
                .domain("host1", DomainState.Running, "booted")
                .decide();

        Decision decision = Situations.with()
                .host("host1", 1)
                .host("host2", 64)
                .domain("host1", DomainState.ShutOff, "crashed")
                .after(running)
                .decide();

        assertStarts(decision, "host1");
        assertThat(decision.status().restarts()).isEqualTo(1);
        assertThat(decision.announcement()).get().satisfies(told -> assertThat(told.reason())
                .isEqualTo("Restarting"));
    }

    @Test
    void a_vm_on_a_host_that_does_not_answer_is_not_started_elsewhere() {
        Decision decision = Situations.with()
                .host("host1")
                .host("host2")
                .recordedOn("host1")
                .unreachable("host1")
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.status().hostName()).isEqualTo("host1");
        assertCondition(decision, "Running", ConditionStatus.Unknown, "HostUnreachable");
        assertCondition(decision, "Stalled", ConditionStatus.True, "HostUnreachable");
    }

    @Test
    void an_old_picture_is_no_evidence_that_a_guest_is_down() {
        Decision decision = Situations.with()
                .host("host1")
                .host("host2")
                .recordedOn("host1")
                .silentFor("host1", Duration.ofSeconds(7))
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertCondition(decision, "Running", ConditionStatus.Unknown, "HostUnreachable");
    }

    @Test
    void a_vm_whose_host_is_no_longer_declared_is_not_started_elsewhere() {
        Decision decision = Situations.with().host("host2").recordedOn("host1").decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(message(decision, "Stalled")).contains("Hypervisor host1", "declare it again");
    }

    @Test
    void nothing_is_decided_before_the_recorded_host_was_asked_once() {
        Decision before = Situations.with()
                .host("host1")
                .domain("host1", DomainState.Running, "booted")
                .decide();

        Decision decision = Situations.with()
                .host("host1")
                .connecting("host1")
                .after(before)
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.status()).isEqualTo(before.status());
    }

    @Test
    void two_running_copies_are_reported_and_nothing_is_done() {
        Decision decision = Situations.with()
                .host("host1")
                .host("host2")
                .domain("host1", DomainState.Running, "booted")
                .domain("host2", DomainState.Paused, "user")
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertCondition(decision, "Stalled", ConditionStatus.True, "TwoCopies");
        assertThat(message(decision, "Stalled")).contains("host1 and host2", "virsh destroy " + TILL);
    }

    @Test
    void a_copy_elsewhere_is_not_believed_while_the_recorded_host_is_silent() {
        Decision decision = Situations.with()
                .host("host1")
                .host("host2")
                .domain("host2", DomainState.Running, "booted")
                .recordedOn("host1")
                .unreachable("host1")
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertCondition(decision, "Stalled", ConditionStatus.True, "CopyElsewhere");
    }

    @Test
    void a_domain_with_our_uuid_that_is_not_ours_is_not_touched() {
        Decision decision =
                Situations.with().host("host1").foreignDomain("host1").decide();

        assertThat(decision.steps()).isEmpty();
        assertCondition(decision, "Stalled", ConditionStatus.True, "ForeignDomain");
    }

    @Test
    void an_invalid_spec_does_nothing_to_a_running_vm() {
        Decision decision = Situations.with()
                .host("host1")
                .domain("host1", DomainState.Running, "booted")
                .recordedOn("host1")
                .invalid("spec.cpu.cores", "must be 1 to 512")
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertCondition(decision, "Running", ConditionStatus.True, "InvalidSpec");
        assertThat(message(decision, "Stalled")).isEqualTo("spec.cpu.cores: must be 1 to 512");
    }

    @Test
    void a_vm_that_no_host_can_run_says_why_for_each() {
        Decision decision =
                Situations.with().host("host1", 0).unreachable("host1").decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.status().printableStatus()).isEqualTo("Pending");
        assertCondition(decision, "Stalled", ConditionStatus.True, "NoHost");
        assertThat(message(decision, "Ready")).contains("host1: libvirt on host1 has been out of reach");
    }

    @Test
    void a_vm_that_moves_is_undefined_where_it_was_before_it_is_started() {
        Decision decision = Situations.with()
                .host("host1", 0)
                .host("host2")
                .domain("host1", DomainState.ShutOff, "shutdown")
                .recordedOn("host1")
                .decide();

        assertThat(decision.steps()).containsExactly(new Step("host1", new DomainCommand.Undefine(TILL)));
        assertThat(decision.status().hostName()).isEqualTo("host1");
    }

    @ParameterizedTest
    @CsvSource({
        "Running, Running, True",
        "Blocked, Running, True",
        "NoState, Running, True",
        "Paused, Paused, False",
        "PowerManagementSuspended, Suspended, False"
    })
    void a_state_that_needs_no_step_is_shown(DomainState state, String printable, ConditionStatus ready) {
        Decision decision = Situations.with()
                .host("host1")
                .domain("host1", state, "unknown")
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.status().printableStatus()).isEqualTo(printable);
        assertThat(Conditions.of(decision.status().conditions(), "Ready")
                        .orElseThrow()
                        .status())
                .isEqualTo(ready);
    }

    @Test
    void a_guest_that_is_shutting_down_is_waited_for() {
        Decision decision = Situations.with()
                .host("host1")
                .domain("host1", DomainState.ShuttingDown, "user")
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertCondition(decision, "Reconciling", ConditionStatus.True, "ShuttingDown");
    }

    @Test
    void the_domain_of_a_crashed_guest_is_destroyed_so_that_it_can_start_again() {
        Decision decision = Situations.with()
                .host("host1")
                .domain("host1", DomainState.Crashed, "panicked")
                .decide();

        assertThat(decision.steps()).containsExactly(new Step("host1", new DomainCommand.Destroy(TILL)));
    }

    @Test
    void a_start_under_way_is_not_begun_twice() {
        Decision decision = Situations.with()
                .host("host1")
                .recordedOn("host1")
                .progress(
                        "host1",
                        new CommandProgress.InFlight(new DomainCommand.Start(TILL, "<domain/>"), NOW, Optional.empty()))
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertCondition(decision, "Ready", ConditionStatus.False, "Starting");
    }

    @Test
    void a_refused_start_is_tried_again_after_a_growing_pause() {
        CommandProgress.Failed failed = new CommandProgress.Failed(
                new DomainCommand.Start(TILL, "<domain/>"),
                NOW.minusSeconds(3),
                3,
                LibvirtFailure.Kind.Refused,
                "cannot allocate memory");

        Decision waiting = Situations.with()
                .host("host1")
                .recordedOn("host1")
                .progress("host1", failed)
                .decide();

        assertThat(waiting.steps()).isEmpty();
        assertThat(waiting.lookAgain()).contains(Duration.ofSeconds(1));
        assertThat(message(waiting, "Ready")).contains("try 3, the next after 4 s", "cannot allocate memory");
    }

    @Test
    void a_refused_start_is_tried_again_when_the_pause_is_over() {
        CommandProgress.Failed failed = new CommandProgress.Failed(
                new DomainCommand.Start(TILL, "<domain/>"), NOW.minusSeconds(4), 3, LibvirtFailure.Kind.Refused, "no");

        assertStarts(
                Situations.with()
                        .host("host1")
                        .recordedOn("host1")
                        .progress("host1", failed)
                        .decide(),
                "host1");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 4", "6, 32", "7, 60", "1000, 60"})
    void the_pause_doubles_up_to_a_minute(int failures, int seconds) {
        assertThat(Backoff.after(failures)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void a_halted_vm_that_runs_is_asked_to_shut_down() {
        Decision decision = halted(120).decide();

        assertThat(decision.steps()).containsExactly(new Step("host1", new DomainCommand.Shutdown(TILL)));
        assertThat(decision.status().printableStatus()).isEqualTo("Stopping");
    }

    @Test
    void a_guest_that_was_asked_a_moment_ago_is_not_asked_again() {
        assertThat(halted(120).progress("host1", asked(5, 5)).decide().steps()).isEmpty();
    }

    @Test
    void a_guest_that_was_still_booting_is_asked_again() {
        assertThat(halted(120).progress("host1", asked(30, 10)).decide().steps())
                .containsExactly(new Step("host1", new DomainCommand.Shutdown(TILL)));
    }

    @Test
    void a_guest_that_ignores_the_request_is_destroyed_when_its_time_is_over() {
        Decision decision = halted(20).progress("host1", asked(20, 10)).decide();

        assertThat(decision.steps()).containsExactly(new Step("host1", new DomainCommand.Destroy(TILL)));
        assertThat(message(decision, "Ready")).contains("did not shut down within 20 s");
    }

    @Test
    void a_guest_with_no_time_to_shut_down_is_destroyed_at_once() {
        assertThat(halted(0).decide().steps()).containsExactly(new Step("host1", new DomainCommand.Destroy(TILL)));
    }

    @Test
    void a_paused_guest_cannot_shut_down_and_is_destroyed() {
        assertThat(halted(120)
                        .domain("host1", DomainState.Paused, "user")
                        .decide()
                        .steps())
                .containsExactly(new Step("host1", new DomainCommand.Destroy(TILL)));
    }

    @ParameterizedTest
    @EnumSource(RunStrategy.class)
    void a_vm_that_is_down_follows_its_strategy(RunStrategy strategy) {
        Decision decision = Situations.with()
                .host("host1")
                .domain("host1", DomainState.ShutOff, "shutdown")
                .recordedOn("host1")
                .runStrategy(strategy)
                .decide();

        switch (strategy) {
            case Always, RerunOnFailure -> assertStarts(decision, "host1");
            case Halted -> {
                assertThat(decision.steps()).isEmpty();
                assertCondition(decision, "Ready", ConditionStatus.True, "Halted");
            }
        }
    }

    @Test
    void a_guest_that_shut_itself_down_is_not_rerun_unless_it_failed() {
        Decision decision =
                rerun("shutdown").after(ran(RunStrategy.RerunOnFailure)).decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.status().printableStatus()).isEqualTo("Completed");
        assertCondition(decision, "Ready", ConditionStatus.True, "Completed");
        assertThat(rerun("shutdown").after(decision).decide().status()).isEqualTo(decision.status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"crashed", "failed", "destroyed", "unknown"})
    void a_guest_that_failed_is_rerun_and_counted(String reason) {
        Decision decision = rerun(reason).after(ran(RunStrategy.RerunOnFailure)).decide();

        assertStarts(decision, "host1");
        assertThat(decision.status().restarts()).isOne();
    }

    @Test
    void a_vm_that_was_halted_is_started_when_it_may_run_again() {
        Decision halted = Situations.with()
                .host("host1")
                .domain("host1", DomainState.ShutOff, "shutdown")
                .recordedOn("host1")
                .runStrategy(RunStrategy.Halted)
                .decide();

        assertStarts(rerun("shutdown").after(halted).decide(), "host1");
    }

    @Test
    void a_restart_that_is_asked_for_shuts_the_guest_down_first() {
        Decision decision = Situations.with()
                .host("host1")
                .domain("host1", DomainState.Running, "booted")
                .after(ran(RunStrategy.Always))
                .restartedAt("2026-01-01T00:00:00Z")
                .decide();

        assertThat(decision.steps()).containsExactly(new Step("host1", new DomainCommand.Shutdown(TILL)));
        assertThat(decision.status().restartedAt()).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = RunStrategy.class,
            names = {"Always", "RerunOnFailure"})
    void a_restart_that_is_asked_for_starts_the_guest_once_and_is_not_counted(RunStrategy strategy) {
        Situations down = Situations.with()
                .host("host1")
                .domain("host1", DomainState.ShutOff, "shutdown")
                .runStrategy(strategy)
                .after(ran(strategy))
                .restartedAt("2026-01-01T00:00:00Z");

        Decision decision = down.decide();

        assertStarts(decision, "host1");
        assertThat(decision.status().restarts()).isZero();
        assertThat(decision.status().restartedAt()).isEqualTo("2026-01-01T00:00:00Z");
        Decision running = down.domain("host1", DomainState.Running, "booted")
                .after(decision)
                .decide();
        assertThat(running.steps()).isEmpty();
    }

    @Test
    void a_restart_of_a_halted_vm_does_not_wait_for_its_next_start() {
        Decision decision = Situations.with()
                .host("host1")
                .runStrategy(RunStrategy.Halted)
                .restartedAt("2026-01-01T00:00:00Z")
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.status().restartedAt()).isEqualTo("2026-01-01T00:00:00Z");
    }

    private static Situations rerun(String reason) {
        return Situations.with()
                .host("host1")
                .domain("host1", DomainState.ShutOff, reason)
                .runStrategy(RunStrategy.RerunOnFailure);
    }

    private static Decision ran(RunStrategy strategy) {
        return Situations.with()
                .host("host1")
                .domain("host1", DomainState.Running, "booted")
                .runStrategy(strategy)
                .decide();
    }

    @Test
    void a_deleted_vm_is_stopped_first() {
        Decision decision = Situations.with()
                .host("host1")
                .domain("host1", DomainState.Running, "booted")
                .deleting()
                .decide();

        assertThat(decision.steps()).containsExactly(new Step("host1", new DomainCommand.Shutdown(TILL)));
        assertThat(decision.status().printableStatus()).isEqualTo("Terminating");
        assertThat(decision.released()).isFalse();
    }

    @Test
    void a_deleted_vm_that_is_down_is_undefined() {
        Decision decision = Situations.with()
                .host("host1")
                .domain("host1", DomainState.ShutOff, "shutdown")
                .deleting()
                .decide();

        assertThat(decision.steps()).containsExactly(new Step("host1", new DomainCommand.Undefine(TILL)));
        assertThat(decision.released()).isFalse();
    }

    @Test
    void a_deleted_vm_of_which_nothing_is_left_is_released() {
        assertThat(Situations.with()
                        .host("host1")
                        .recordedOn("host1")
                        .deleting()
                        .decide()
                        .released())
                .isTrue();
    }

    @Test
    void a_deleted_vm_waits_for_its_host_and_says_so() {
        Decision decision = Situations.with()
                .host("host1")
                .recordedOn("host1")
                .unreachable("host1")
                .deleting()
                .decide();

        assertThat(decision.released()).isFalse();
        assertThat(message(decision, "Stalled")).contains("waiting to remove its domain", "host1");
    }

    @Test
    void a_deleted_vm_is_not_released_before_its_host_was_asked_once() {
        Decision decision = Situations.with()
                .host("host1")
                .recordedOn("host1")
                .connecting("host1")
                .deleting()
                .decide();

        assertThat(decision.released()).isFalse();
        assertThat(decision.steps()).isEmpty();
    }

    @Test
    void a_host_that_was_not_asked_yet_delays_no_vm_that_runs_elsewhere() {
        Decision decision = Situations.with()
                .host("host1")
                .host("host2")
                .connecting("host2")
                .domain("host1", DomainState.ShutOff, "crashed")
                .recordedOn("host1")
                .decide();

        assertStarts(decision, "host1");
    }

    @Test
    void a_deleted_vm_does_not_wait_for_a_host_that_is_gone_for_good() {
        assertThat(Situations.with()
                        .host("host2")
                        .recordedOn("host1")
                        .deleting()
                        .decide()
                        .released())
                .isTrue();
    }

    private static Situations halted(int shutdownSeconds) {
        return Situations.with()
                .host("host1")
                .domain("host1", DomainState.Running, "booted")
                .recordedOn("host1")
                .runStrategy(RunStrategy.Halted)
                .shutdownSeconds(shutdownSeconds);
    }

    private static CommandProgress asked(int firstSecondsAgo, int lastSecondsAgo) {
        return new CommandProgress.Done(
                new DomainCommand.Shutdown(TILL), NOW.minusSeconds(lastSecondsAgo), NOW.minusSeconds(firstSecondsAgo));
    }

    @Test
    void a_vm_is_not_started_without_its_cloud_init_data() {
        Decision decision = Situations.with()
                .host("host1")
                .seed(new SeedSource.Unavailable("Secret shop/till-init does not exist; create it"))
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.status().hostName()).isNull();
        assertCondition(decision, "Stalled", ConditionStatus.True, "CloudInitUnavailable");
        assertThat(message(decision, "Stalled")).contains("Secret shop/till-init does not exist; create it");
    }

    @Test
    void a_start_carries_the_cloud_init_data_and_prints_none_of_it() {
        SeedSource seed = SeedSource.of("shop/till-init", Map.of("userData", "hunter2".getBytes(UTF_8)));

        Decision decision = Situations.with().host("host1").seed(seed).decide();

        DomainCommand.Start start =
                (DomainCommand.Start) decision.steps().getFirst().command();
        assertThat(new String(
                        start.files()
                                .get(new HostFile(TILL, HostFile.Kind.Seed))
                                .bytes(),
                        UTF_8))
                .contains("hunter2", "instance-id: " + TILL);
        assertThat(decision.toString()).doesNotContain("hunter2");
        assertThat(start.withoutFiles()).isEqualTo(new DomainCommand.Start(TILL, start.definition()));
    }

    @Test
    void a_running_vm_does_not_mind_that_its_cloud_init_data_is_gone() {
        Decision decision = Situations.with()
                .host("host1")
                .seed(new SeedSource.Unavailable("gone"))
                .domain("host1", DomainState.Running, "booted")
                .recordedOn("host1")
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertCondition(decision, "Ready", ConditionStatus.True, "Running");
    }

    @Test
    void a_running_vm_is_not_restarted_without_its_cloud_init_data() {
        Decision decision = Situations.with()
                .host("host1")
                .domain("host1", DomainState.Running, "booted")
                .recordedOn("host1")
                .restartedAt("now")
                .seed(new SeedSource.Unavailable("gone"))
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertCondition(decision, "Running", ConditionStatus.True, "CloudInitUnavailable");
    }

    @Test
    void a_deleted_vm_with_files_goes_only_after_they_were_removed() {
        Situations deleting = Situations.with()
                .host("host1")
                .recordedOn("host1")
                .seed(new SeedSource.Unread("till-init"))
                .deleting();

        assertThat(deleting.decide().steps()).containsExactly(new Step("host1", new DomainCommand.Undefine(TILL)));
        assertThat(deleting.progress("host1", new CommandProgress.Done(new DomainCommand.Undefine(TILL), NOW, NOW))
                        .decide()
                        .released())
                .isTrue();
    }

    private static void assertStarts(Decision decision, String host) {
        assertThat(decision.starts()).isTrue();
        assertThat(decision.steps()).singleElement().satisfies(step -> {
            assertThat(step.host()).isEqualTo(host);
            assertThat(step.command()).isInstanceOf(DomainCommand.Start.class);
        });
        assertThat(decision.status().hostName()).isEqualTo(host);
    }

    private static void assertCondition(Decision decision, String type, ConditionStatus status, String reason) {
        Condition condition =
                Conditions.of(decision.status().conditions(), type).orElseThrow();
        assertThat(condition.status()).as(type).isEqualTo(status);
        assertThat(condition.reason()).as(type).isEqualTo(reason);
    }

    private static String message(Decision decision, String type) {
        return Conditions.of(decision.status().conditions(), type).orElseThrow().message();
    }
}
