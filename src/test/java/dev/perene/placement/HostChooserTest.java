package dev.perene.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.Placement;
import dev.perene.placement.Candidate.Found;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostChooserTest {

    @Test
    void the_host_with_the_most_free_memory_is_chosen() {
        assertThat(chosen(
                        SomeMachine.ordinary(),
                        SomeHost.named("big-and-full").mebibytes(8192, 8000),
                        SomeHost.named("small-and-empty").mebibytes(1024, 0)))
                .isEqualTo("small-and-empty");
    }

    @Test
    void what_a_host_keeps_for_itself_is_not_free() {
        assertThat(chosen(
                        SomeMachine.ordinary(),
                        SomeHost.named("host1").mebibytes(2048, 0).reserves("1536Mi"),
                        SomeHost.named("host2").mebibytes(1024, 0)))
                .isEqualTo("host2");
    }

    @Test
    void of_two_equal_hosts_always_the_same_one_is_chosen() {
        assertThat(chosen(SomeMachine.ordinary(), SomeHost.named("b"), SomeHost.named("a")))
                .isEqualTo(chosen(SomeMachine.ordinary(), SomeHost.named("a"), SomeHost.named("b")))
                .isEqualTo("a");
    }

    @Test
    void the_host_where_it_ran_last_is_kept_although_another_has_more_room() {
        HostChoice choice = choose(
                SomeMachine.ordinary(),
                Optional.of("host1"),
                SomeHost.named("host1").mebibytes(512, 0),
                SomeHost.named("host2").mebibytes(65536, 0));

        assertThat(choice).isEqualTo(new HostChoice.Chosen("host1", "it ran there last"));
    }

    @Test
    void the_host_where_it_ran_last_is_left_when_it_may_not_run_it_any_more() {
        HostChoice choice = choose(
                SomeMachine.ordinary(),
                Optional.of("host1"),
                SomeHost.named("host1").disabled(),
                SomeHost.named("host2"));

        assertThat(choice).isInstanceOfSatisfying(HostChoice.Chosen.class, chosen -> assertThat(chosen.host())
                .isEqualTo("host2"));
    }

    @ParameterizedTest
    @CsvSource({"1024Mi, true", "1025Mi, false", "1Ti, false"})
    void all_memory_that_is_free_may_be_given_and_no_more(String memory, boolean fits) {
        HostChoice choice = choose(
                SomeMachine.sized(1, memory),
                Optional.empty(),
                SomeHost.named("host1").mebibytes(2048, 1024));

        assertThat(choice instanceof HostChoice.Chosen).isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource({"4, true", "5, false"})
    void a_vm_has_no_more_cores_than_its_host(int cores, boolean fits) {
        HostChoice choice = choose(
                SomeMachine.sized(cores, "64Mi"),
                Optional.empty(),
                SomeHost.named("host1").cpus(4));

        assertThat(choice instanceof HostChoice.Chosen).isEqualTo(fits);
    }

    @Test
    void a_host_that_is_overcommitted_already_says_that_nothing_is_free() {
        assertThat(objection(SomeMachine.ordinary(), SomeHost.named("host1").mebibytes(1024, 2048)))
                .isEqualTo("memory.size is 256 MiB, 0 MiB of 1024 MiB are free");
    }

    @Test
    void every_host_says_why_it_cannot_and_all_of_it_is_told() {
        VirtualMachineSpec spec = SomeMachine.on(SomeMachine.localFile("/srv/till.img"));

        HostChoice choice = choose(
                spec,
                Optional.of("c"),
                SomeHost.named("d").allows(List.of(), List.of(), List.of("br0")),
                SomeHost.named("c").has("/srv/till.img", Found.Nothing),
                SomeHost.named("b").disabled(),
                SomeHost.named("a").unavailable("libvirt on a has not been reached yet"));

        assertThat(choice).isInstanceOfSatisfying(HostChoice.Nowhere.class, nowhere -> assertThat(nowhere.sentence())
                .isEqualTo("a: libvirt on a has not been reached yet; b: its schedulingPolicy is Disabled;"
                        + " c: disk system, /srv/till.img, does not exist there;"
                        + " d: /srv/till.img is not within its allowed.paths"));
    }

    @Test
    void a_host_that_the_vm_does_not_want_says_so_before_anything_else() {
        VirtualMachineSpec spec = SomeMachine.placed(new Placement(List.of("host2"), null));

        assertThat(objection(
                        spec, SomeHost.named("host1").unavailable("it is off").disabled()))
                .isEqualTo("not in placement.hosts");
    }

    @Test
    void without_hosts_it_says_that_there_are_none() {
        HostChoice choice = choose(SomeMachine.ordinary(), Optional.of("host1"));

        assertThat(choice).isInstanceOfSatisfying(HostChoice.Nowhere.class, nowhere -> assertThat(nowhere.sentence())
                .isEqualTo("no Hypervisor is declared"));
    }

    private static HostChoice choose(VirtualMachineSpec spec, Optional<String> last, SomeHost... hosts) {
        return HostChooser.choose(
                spec, Arrays.stream(hosts).map(SomeHost::candidate).toList(), last);
    }

    private static String chosen(VirtualMachineSpec spec, SomeHost... hosts) {
        return ((HostChoice.Chosen) choose(spec, Optional.empty(), hosts)).host();
    }

    private static String objection(VirtualMachineSpec spec, SomeHost host) {
        return HostChooser.objection(spec, host.candidate()).orElseThrow();
    }
}
