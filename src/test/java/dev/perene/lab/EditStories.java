package dev.perene.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.Condition;
import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import org.junit.jupiter.api.RepeatedTest;

/** A spec that is edited while the guest runs, and a domain that somebody else edits, on real hosts. */
class EditStories extends Story {

    @RepeatedTest(3)
    void a_disk_and_an_interface_are_plugged_into_a_running_guest() {
        Machine till = declare("till").awaitRunning();

        till.patch(
                """
                {"spec":{"disks":[{"name":"system","shared":{"device":"/dev/perene/shared1"}},
                                  {"name":"data","shared":{"device":"/dev/perene/shared2"}}],
                         "interfaces":[{"name":"net","bridge":"br0"},{"name":"backup","bridge":"br0"}]}}
                """);

        await("both are there", () -> isReadyAt(till, 2));
        assertThat(lab.ssh(till.host(), "virsh domblklist " + till.uid())).contains("/dev/perene/shared2");
        assertThat(lab.ssh(till.host(), "virsh domiflist " + till.uid()).lines().filter(line -> line.contains("br0")))
                .hasSize(2);
        assertThat(lab.ssh(till.host(), "virsh dumpxml --inactive " + till.uid()))
                .contains("/dev/perene/shared2");
        stillTheSameGuest(till);
    }

    @RepeatedTest(3)
    void a_guest_gets_more_cores_within_its_headroom() {
        lab.guestImage(DEVICE, withAddress());
        Machine till = declareAsIs("till", manifest -> manifest.replace("{cores: 1}", "{cores: 1, maxCores: 2}"))
                .awaitRunning();

        till.patch("{\"spec\":{\"cpu\":{\"cores\":2}}}");

        await("the edit is made", () -> isReadyAt(till, 2));
        assertThat(lab.ssh(till.host(), "virsh vcpucount --live --current " + till.uid()))
                .startsWith("2");
        stillTheSameGuest(till);
    }

    @RepeatedTest(3)
    void what_needs_a_restart_is_told_and_comes_with_it() {
        Machine till = declare("till").awaitRunning();

        till.patch("{\"spec\":{\"memory\":{\"size\":\"40Mi\"}}}");
        await("a restart is required", () -> till.condition("RestartRequired")
                .filter(condition -> condition.status() == ConditionStatus.True)
                .isPresent());
        assertThat(till.condition("RestartRequired").map(Condition::message))
                .hasValue("spec.memory.size (32 MiB becomes 40 MiB)");
        stillTheSameGuest(till);

        till.patch("{\"metadata\":{\"annotations\":{\"perene.dev/restartedAt\":\"now\"}}}");
        till.awaitBoots(2);
        await("nothing is required any more", () -> isReadyAt(till, 2));
        assertThat(lab.ssh(till.host(), "virsh dominfo " + till.uid())).contains("40960 KiB");
        assertThat(till.guest().verified()).contains("lost=0", "foreign=0");
    }

    @RepeatedTest(3)
    void another_cd_is_put_into_the_drive_of_a_running_guest() {
        lab.guestImage(DEVICE, withAddress());
        hypervisors()
                .forEach(host ->
                        lab.ssh(host.getMetadata().getName(), "truncate -s 1M /srv/local/one.iso /srv/local/two.iso"));
        Machine till = declareAsIs(
                        "till",
                        manifest -> manifest.replace(
                                "  interfaces:", "    - {name: cd, cdrom: {path: /srv/local/one.iso}}\n  interfaces:"))
                .awaitRunning();

        till.patch(
                """
                {"spec":{"disks":[{"name":"system","shared":{"device":"/dev/perene/shared1"}},
                                  {"name":"cd","cdrom":{"path":"/srv/local/two.iso"}}]}}
                """);

        await("the edit is made", () -> isReadyAt(till, 2));
        assertThat(lab.ssh(till.host(), "virsh domblklist " + till.uid())).contains("/srv/local/two.iso");
        stillTheSameGuest(till);
    }

    @RepeatedTest(3)
    void a_definition_that_somebody_edits_is_repaired() {
        Machine till = declare("till").awaitRunning();

        lab.ssh(
                till.host(),
                "virsh dumpxml --inactive " + till.uid()
                        + " | sed 's/32768/65536/g' >/tmp/edited.xml; virsh define /tmp/edited.xml; rm /tmp/edited.xml");

        await("it is as it was", () -> lab.ssh(till.host(), "virsh dumpxml --inactive " + till.uid())
                .contains("32768"));
        stillTheSameGuest(till);
        till.killQemu();
        till.awaitBoots(2);
        assertThat(lab.ssh(till.host(), "virsh dominfo " + till.uid())).contains("32768 KiB");
    }

    @RepeatedTest(3)
    void a_definition_that_somebody_removed_is_there_again_and_the_guest_runs_on() {
        Machine till = declare("till").awaitRunning();

        lab.ssh(till.host(), "virsh undefine " + till.uid());

        await("it is defined again", () -> lab.ssh(till.host(), "virsh list --persistent --uuid")
                .contains(till.uid()));
        stillTheSameGuest(till);
    }

    @RepeatedTest(3)
    void a_domain_that_somebody_renamed_is_started_all_the_same() {
        Machine till = declare("till").awaitRunning();
        till.patch("{\"spec\":{\"runStrategy\":\"Halted\"}}");
        till.awaitStatus("Stopped");

        lab.ssh(till.host(), "virsh domrename " + till.uid() + " old-till");
        till.patch("{\"spec\":{\"runStrategy\":\"Always\"}}");

        till.awaitBoots(2);
        assertThat(till.guest().verified()).contains("lost=0", "foreign=0");
    }

    @RepeatedTest(3)
    void elements_that_the_hosts_admin_allows_are_laid_over_the_definition() {
        lab.guestImage(DEVICE, withAddress());
        Machine till = declareAsIs(
                        "till",
                        manifest -> manifest
                                + "  domainOverlay: \"<domain><devices><rng model='virtio'>"
                                + "<backend model='random'>/dev/urandom</backend></rng></devices></domain>\"\n")
                .awaitRunning();

        assertThat(lab.ssh(till.host(), "virsh dumpxml " + till.uid())).contains("/dev/urandom");
        await("nothing differs", () -> isReadyAt(till, 1));
    }

    @RepeatedTest(3)
    void an_element_that_no_hosts_admin_allows_keeps_the_vm_down() {
        lab.guestImage(DEVICE, withAddress());
        Machine till = declareAsIs(
                "till",
                manifest -> manifest + "  domainOverlay: \"<domain><cpu mode='host-passthrough'/></domain>\"\n");

        till.awaitStatus("Pending");
        assertThat(till.message()).contains("element cpu of the domainOverlay is not in its allowed.domainOverlay");
    }

    @RepeatedTest(3)
    void of_two_vms_with_one_disk_the_younger_waits() {
        Machine till = declare("till").awaitRunning();
        Machine copy = declareAsIs("copy", manifest -> manifest);

        copy.awaitStatus("AlreadyClaimed");
        assertThat(copy.message()).contains("/dev/perene/shared1", "default/till");
        stillTheSameGuest(till);
    }

    private static boolean isReadyAt(Machine machine, long generation) {
        return machine.condition(Conditions.READY)
                .filter(ready -> ready.status() == ConditionStatus.True
                        && ready.observedGeneration() != null
                        && ready.observedGeneration() >= generation)
                .isPresent();
    }

    private void stillTheSameGuest(Machine machine) {
        long before = machine.guest().acknowledged();
        await("the guest writes on", () -> machine.guest().acknowledged() > before);
        assertThat(machine.guest().boots()).isOne();
        assertThat(machine.guest().verified()).contains("lost=0", "foreign=0");
    }
}
