package dev.perene.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** The life of a declared VM on real hosts. */
class LifecycleStories extends Story {

    @RepeatedTest(3)
    void a_declared_vm_runs_and_answers() {
        Machine till = declare("till").awaitRunning();

        await("the guest answers", () -> Lab.answersPing(GUEST_ADDRESS));
        assertThat(Conditions.is(till.status().conditions(), Conditions.READY, ConditionStatus.True))
                .isTrue();
        assertThat(till.host()).startsWith("host");
        assertThat(till.status().domainUUID()).isEqualTo(till.uid());
        assertThat(lab.running(till.uid())).isOne();
    }

    @RepeatedTest(3)
    void a_vm_whose_qemu_is_killed_runs_again_with_all_that_was_acknowledged() {
        Machine till = declare("till").awaitRunning();

        till.killQemu();

        till.awaitBoots(2);
        till.awaitStatus("Running");
        assertThat(till.restarts()).isOne();
        assertThat(till.guest().verified()).contains("sessions=2", "lost=0", "foreign=0", "overlapping=0");
    }

    @RepeatedTest(3)
    void a_halted_vm_shuts_down_cleanly_and_runs_again_when_asked() {
        Machine till = declare("till").awaitRunning();

        till.patch("{\"spec\":{\"runStrategy\":\"Halted\"}}");
        till.awaitStatus("Stopped");
        assertThat(till.guest().shutDown()).isTrue();
        assertThat(lab.running(till.uid())).isZero();

        till.patch("{\"spec\":{\"runStrategy\":\"Always\"}}");
        till.awaitBoots(2);
        assertThat(till.restarts()).isZero();
        assertThat(till.guest().verified()).contains("lost=0", "foreign=0");
    }

    @RepeatedTest(3)
    void a_guest_that_ignores_the_request_is_ended_when_its_time_is_over() {
        lab.guestImage(DEVICE, withAddress("--ignore-acpi"));
        Machine till = declareAsIs("till", manifest -> manifest + "  shutdownSeconds: 3\n")
                .awaitRunning();

        till.patch("{\"spec\":{\"runStrategy\":\"Halted\"}}");

        till.awaitStatus("Stopped");
        assertThat(till.guest().shutDown()).isFalse();
    }

    @RepeatedTest(3)
    void a_deleted_vm_leaves_no_domain_behind() {
        Machine till = declare("till").awaitRunning();
        String host = till.host();
        String uid = till.uid();

        till.resource().delete();

        await("it is gone", () -> till.resource().get() == null);
        assertThat(lab.ssh(host, "virsh list --all --uuid")).doesNotContain(uid);
    }

    @RepeatedTest(3)
    void restarting_libvirtd_stops_no_vm_and_looks_like_no_stop() {
        Machine till = declare("till").awaitRunning();
        String domainBefore = lab.ssh(till.host(), "virsh domid " + till.uid());

        lab.ssh(till.host(), LIBVIRTD_RESTART);

        await("the host is not ready", () -> hypervisors().stream().anyMatch(host -> !isReady(host)));
        await("the host is ready again", () -> hypervisors().stream().allMatch(Story::isReady));
        long before = till.guest().acknowledged();
        await("the guest writes on", () -> till.guest().acknowledged() > before);
        till.awaitStatus("Running");
        assertThat(till.restarts()).isZero();
        assertThat(lab.ssh(till.host(), "virsh domid " + till.uid())).isEqualTo(domainBefore);
        assertThat(till.guest().boots()).isOne();
    }

    @RepeatedTest(3)
    void the_api_server_may_be_away_while_a_qemu_dies(RepetitionInfo repetition) {
        Machine till = declare("till").awaitRunning();
        String host = till.host();
        String uid = till.uid();

        lab.controlPlane("stop");
        try {
            pause(Duration.ofSeconds(5));
            lab.ssh(host, "kill -9 $(cat /run/libvirt/qemu/perene-" + uid + ".pid)");
            pause(Duration.ofSeconds(repetition.getCurrentRepetition() == 1 ? 60 : 10));
        } finally {
            lab.controlPlane("start");
        }

        await("the API server answers", () -> {
            try {
                return till.resource().get() != null;
            } catch (io.fabric8.kubernetes.client.KubernetesClientException notYet) {
                return false;
            }
        });
        till.awaitBoots(2);
        till.awaitStatus("Running");
        assertThat(operator.alive()).isTrue();
        assertThat(till.guest().verified()).contains("sessions=2", "lost=0", "overlapping=0");
    }

    @RepeatedTest(3)
    void an_operator_killed_at_any_moment_of_a_start_goes_on_where_it_was() {
        lab.guestImage(DEVICE, withAddress());
        Machine till = declareAsIs("till", manifest -> manifest);

        pause(Duration.ofMillis(ThreadLocalRandom.current().nextInt(2000)));
        operator.kill();
        operator = OperatorProcess.start(lab, 8090);

        till.awaitRunning();
        assertThat(lab.running(till.uid())).isOne();
        assertThat(till.guest().verified()).contains("lost=0", "foreign=0", "overlapping=0");
    }

    @RepeatedTest(3)
    void a_host_that_dies_while_it_starts_a_vm_is_waited_for_and_no_other_starts_it() {
        lab.guestImage(DEVICE, withAddress());
        Machine till = declareAsIs("till", manifest -> manifest);
        await("a host is chosen", () -> !till.host().isEmpty());
        String host = till.host();

        lab.run("power-off", host);
        try {
            till.awaitStatus("Unknown");
            assertThat(till.host()).isEqualTo(host);
            assertThat(till.message()).contains("not started elsewhere", host);
            assertThat(lab.running(till.uid())).isZero();
        } finally {
            lab.run("power-on", host);
        }

        till.awaitRunning();
        till.awaitStatus("Running");
        assertThat(till.host()).isEqualTo(host);
        assertThat(till.guest().verified()).contains("lost=0", "foreign=0", "overlapping=0");
    }

    @RepeatedTest(3)
    void nothing_is_written_while_nothing_changes() {
        Machine till = declare("till").awaitRunning();
        pause(Duration.ofSeconds(4));
        String before = versions(till);

        pause(Duration.ofSeconds(15));

        assertThat(versions(till)).isEqualTo(before);
    }

    private String versions(Machine machine) {
        return machine.resource().get().getMetadata().getResourceVersion()
                + hypervisors().stream()
                        .map(host -> " " + host.getMetadata().getResourceVersion())
                        .toList();
    }

    private static final String LIBVIRTD_RESTART = "kill $(cat /run/libvirtd.pid); sleep 3; libvirtd --listen --daemon";
}
