package dev.perene.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.Condition;
import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.Hypervisor;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;

/** Hosts that cannot be reached as declared, and VMs that no host can run. */
class BadInputStories extends Story {
    private static final String NEWCOMER = "newcomer";

    /** A valid key that belongs to nobody here. */
    private static final String OTHER_HOST_KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP2iDQ0pYqS9z0VOVSx9cQlaQyEXvQ5g3vFhW0M0iWmM";

    @AfterEach
    void removeNewcomer() {
        host(NEWCOMER).delete();
        await("the newcomer is gone", () -> host(NEWCOMER).get() == null);
    }

    @RepeatedTest(3)
    void a_host_is_reached_over_ssh_with_its_pinned_key() {
        withoutHost("host3", () -> {
            newcomer(host3 -> host3.replace("qemu+tcp://10.77.0.13/", "qemu+ssh://root@10.77.0.13/"));

            await(
                    "the newcomer is ready, it is " + status(NEWCOMER),
                    () -> isReady(host(NEWCOMER).get()));
        });
    }

    @RepeatedTest(3)
    void a_host_that_shows_another_key_is_not_talked_to() {
        withoutHost("host3", () -> {
            newcomer(host3 -> host3.replace("qemu+tcp://10.77.0.13/", "qemu+ssh://root@10.77.0.13/")
                    .replaceAll("hostKey: .*", "hostKey: " + OTHER_HOST_KEY));

            awaitStalled(NEWCOMER, "Unauthorized", "spec.ssh.hostKey");
        });
    }

    @RepeatedTest(3)
    void a_host_that_refuses_our_key_says_so() {
        withoutHost("host3", () -> {
            newcomer(host3 -> host3.replace("qemu+tcp://10.77.0.13/", "qemu+ssh://nobody@10.77.0.13/")
                    .replace("user: root", "user: nobody"));

            awaitStalled(NEWCOMER, "Unauthorized", "spec.ssh.secretRef");
        });
    }

    @RepeatedTest(3)
    void a_host_whose_ssh_fails_but_whose_libvirt_answers_says_so() {
        withoutHost("host3", () -> {
            newcomer(host3 -> host3.replaceAll("hostKey: .*", "hostKey: " + OTHER_HOST_KEY));

            awaitStalled(NEWCOMER, "ShellUnreachable", "spec.ssh");
        });
    }

    @RepeatedTest(3)
    void a_secret_that_does_not_exist_is_named() {
        withoutHost("host3", () -> {
            newcomer(host3 -> host3.replace("name: lab-ssh", "name: no-such-secret"));

            awaitStalled(NEWCOMER, "ShellUnreachable", "perene-system/no-such-secret does not exist");
        });
    }

    @RepeatedTest(3)
    void an_unknown_host_delays_nobody() {
        newcomer(host3 -> host3.replace("10.77.0.13", "10.77.0.99"));

        declare("till").awaitRunning();

        awaitStalled(NEWCOMER, "HostUnreachable", "10.77.0.99");
        assertThat(condition(NEWCOMER, "Reachable").map(Condition::status)).contains(ConditionStatus.False);
        assertThat(condition(NEWCOMER, "LibvirtReady").map(Condition::status)).contains(ConditionStatus.Unknown);
        assertThat(condition(NEWCOMER, "Ready").map(Condition::status)).contains(ConditionStatus.Unknown);
    }

    @RepeatedTest(3)
    void a_second_hypervisor_for_one_machine_is_refused_and_harms_no_vm() {
        Machine till = declareOn("host3");

        newcomer(host3 -> host3);

        awaitStalled(NEWCOMER, "DuplicateMachine", "Hypervisor host3");
        assertThat(till.is("Running")).isTrue();
        assertThat(lab.running(till.uid())).isOne();
    }

    @RepeatedTest(3)
    void a_vm_larger_than_any_host_waits_and_says_so() {
        Machine big = declareAsIs("big", manifest -> manifest.replace("32Mi", "64Gi"));

        await("each host says why not", () -> big.message()
                .matches(".*host1: memory.size is 65536 MiB.*host2:.*host3:.*"));
        big.awaitStatus("Pending");
    }

    @RepeatedTest(3)
    void a_disk_outside_what_hosts_allow_is_not_touched() {
        Machine spy = declareAsIs(
                "spy", manifest -> manifest.replace("{device: /dev/perene/shared1}", "{path: /etc/shadow}"));

        await("the path is refused", () -> spy.message().contains("/etc/shadow is not within its allowed.paths"));
        spy.awaitStatus("Pending");
        assertThat(lab.ssh("host1", "virsh list --all --uuid")).doesNotContain(spy.uid());
    }

    @RepeatedTest(3)
    void a_disk_that_is_missing_is_named_and_found_when_it_appears() {
        Machine till = declareAsIs(
                "till", manifest -> manifest.replace("{device: /dev/perene/shared1}", "{device: /dev/perene/later}"));
        await("the missing disk is named", () -> till.message().contains("/dev/perene/later, does not exist there"));

        lab.guestImage(DEVICE, withAddress());
        lab.ssh("host2", "ln -s shared1 /dev/perene/later");
        try {
            till.awaitRunning();
            assertThat(till.host()).isEqualTo("host2");
        } finally {
            lab.ssh("host2", "rm /dev/perene/later");
        }
    }

    @RepeatedTest(3)
    void a_bridge_that_the_host_lacks_is_refused_by_libvirt_and_tried_again() {
        lab.guestImage(DEVICE, withAddress());
        client.resources(Hypervisor.class)
                .list()
                .getItems()
                .forEach(each -> patch(
                        each.getMetadata().getName(), "{\"spec\":{\"allowed\":{\"bridges\":[\"br0\",\"br7\"]}}}"));
        Machine till = declareAsIs("till", manifest -> manifest.replace("bridge: br0", "bridge: br7"));

        till.awaitStatus("StartFailed");
        assertThat(till.message()).contains("br7");

        lab.ssh(till.host(), "ip link add br7 type bridge && ip link set br7 up");
        try {
            till.awaitRunning();
        } finally {
            till.resource().delete();
            await("it is gone", () -> till.resource().get() == null);
            hypervisors().forEach(each -> lab.ssh(each.getMetadata().getName(), "ip link del br7 2>/dev/null; true"));
        }
    }

    private Machine declareOn(String host) {
        lab.guestImage(DEVICE, withAddress());
        return declareAsIs("till", manifest -> manifest + "  placement: {hosts: [" + host + "]}\n")
                .awaitRunning();
    }

    /** Declares another Hypervisor, made of host3's manifest. */
    private void newcomer(UnaryOperator<String> edit) {
        String host3 = lab.run("hypervisors")
                .lines()
                .reduce("", (text, line) -> text + line + "\n")
                .split("---\n")[4]
                .replace("name: host3", "name: " + NEWCOMER);
        client.load(stream(edit.apply(host3))).create();
    }

    /** Runs a story while another Hypervisor may describe the machine. */
    private void withoutHost(String name, Runnable story) {
        host(name).delete();
        await(name + " is no longer declared", () -> host(name).get() == null);
        try {
            story.run();
        } finally {
            removeNewcomer();
            client.load(stream(lab.run("hypervisors"))).forceConflicts().serverSideApply();
            await("all hosts are ready again", () -> hypervisors().stream().allMatch(Story::isReady));
        }
    }

    private Resource<Hypervisor> host(String name) {
        return client.resources(Hypervisor.class).withName(name);
    }

    private void patch(String name, String mergePatch) {
        host(name).patch(PatchContext.of(PatchType.JSON_MERGE), mergePatch);
    }

    private String status(String name) {
        return String.valueOf(host(name).get().getStatus());
    }

    private Optional<Condition> condition(String name, String type) {
        return Optional.ofNullable(host(name).get().getStatus())
                .flatMap(status -> Conditions.of(status.conditions(), type));
    }

    private void awaitStalled(String name, String reason, String hint) {
        await(name + " is stalled for " + reason + " and names " + hint + ", it is " + status(name), () -> condition(
                        name, Conditions.STALLED)
                .filter(stalled -> stalled.status() == ConditionStatus.True
                        && stalled.reason().equals(reason)
                        && stalled.message().contains(hint))
                .isPresent());
    }
}
