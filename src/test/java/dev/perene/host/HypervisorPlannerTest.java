package dev.perene.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.Condition;
import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.HypervisorStatus;
import dev.perene.api.HypervisorStatus.Resources;
import dev.perene.api.HypervisorStatus.Versions;
import dev.perene.api.Violation;
import dev.perene.port.DomainObservation;
import dev.perene.port.DomainState;
import dev.perene.port.HostFacts;
import dev.perene.port.HostObservation;
import dev.perene.port.LibvirtContact;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.ManagementProbe;
import dev.perene.port.ShellObservation;
import dev.perene.port.SomeDomain;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class HypervisorPlannerTest {
    private static final Duration NOW = Duration.ofSeconds(1000);
    private static final Instant WALL_CLOCK = Instant.parse("2026-01-01T00:00:00Z");
    private static final LibvirtContact CONNECTED = new LibvirtContact.Connected(NOW);
    private static final ManagementProbe ANSWERING = new ManagementProbe(Optional.of(NOW), 0, "");
    private static final ManagementProbe SILENT = new ManagementProbe(Optional.of(NOW.minusSeconds(9)), 9, "no route");
    private static final ShellObservation SHELL =
            new ShellObservation(Optional.of("boot-1"), Map.of(), Optional.empty());
    private static final HostFacts FACTS = new HostFacts("machine-1", 8, 4L << 30, "12.8.0", "11.1.0", true);

    /** Each row: what is known, and what the five conditions then are, with the reason of Ready. */
    record Row(String name, HypervisorPlanner.Situation situation, String conditions, String reason) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        return Stream.of(
                new Row(
                        "answering over libvirt and SSH",
                        situation(CONNECTED, ANSWERING, SHELL),
                        "Reachable=True LibvirtReady=True Ready=True Reconciling=False Stalled=False",
                        "Connected"),
                new Row(
                        "never tried",
                        situation(new LibvirtContact.Connecting(), ManagementProbe.UNTRIED, ShellObservation.UNTRIED),
                        "Reachable=Unknown LibvirtReady=Unknown Ready=False Reconciling=True Stalled=False",
                        "Connecting"),
                new Row(
                        "SSH fails",
                        situation(
                                CONNECTED,
                                ANSWERING,
                                new ShellObservation(Optional.empty(), Map.of(), Optional.of("refused"))),
                        "Reachable=True LibvirtReady=True Ready=False Reconciling=False Stalled=True",
                        "ShellUnreachable"),
                new Row(
                        "libvirt refuses us",
                        situation(lost(LibvirtFailure.Kind.Unauthorized), ANSWERING, SHELL),
                        "Reachable=True LibvirtReady=False Ready=False Reconciling=False Stalled=True",
                        "Unauthorized"),
                new Row(
                        "libvirt is away and the address answers",
                        situation(lost(LibvirtFailure.Kind.Unreachable), ANSWERING, SHELL),
                        "Reachable=True LibvirtReady=False Ready=False Reconciling=True Stalled=False",
                        "LibvirtUnreachable"),
                new Row(
                        "libvirt hangs and the address answers",
                        situation(new LibvirtContact.Connected(NOW.minusSeconds(7)), ANSWERING, SHELL),
                        "Reachable=True LibvirtReady=False Ready=False Reconciling=True Stalled=False",
                        "LibvirtUnreachable"),
                new Row(
                        "nothing answers",
                        situation(lost(LibvirtFailure.Kind.Unreachable), SILENT, SHELL),
                        "Reachable=False LibvirtReady=Unknown Ready=Unknown Reconciling=Unknown Stalled=True",
                        "HostUnreachable"),
                new Row(
                        "nothing answers any more, and libvirt's connection has not noticed",
                        situation(new LibvirtContact.Connected(NOW.minusSeconds(7)), SILENT, SHELL),
                        "Reachable=False LibvirtReady=Unknown Ready=Unknown Reconciling=Unknown Stalled=True",
                        "HostUnreachable"),
                new Row(
                        "invalid",
                        invalid(situation(CONNECTED, ANSWERING, SHELL)),
                        "Reachable=Unknown LibvirtReady=Unknown Ready=False Reconciling=False Stalled=True",
                        "InvalidSpec"),
                new Row(
                        "another Hypervisor describes the machine",
                        situation(twin(picture(CONNECTED, ANSWERING, SHELL))),
                        "Reachable=Unknown LibvirtReady=Unknown Ready=False Reconciling=False Stalled=True",
                        "DuplicateMachine"),
                new Row(
                        "to be deleted while VMs are on it",
                        deleting(situation(CONNECTED, ANSWERING, SHELL)),
                        "Reachable=True LibvirtReady=True Ready=False Reconciling=False Stalled=True",
                        "StillInUse"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void conditions_follow_from_what_is_known(Row row) {
        List<Condition> conditions = HypervisorPlanner.decide(row.situation()).conditions();

        assertThat(statuses(conditions)).isEqualTo(row.conditions());
        assertThat(Conditions.of(conditions, "Ready").orElseThrow().reason()).isEqualTo(row.reason());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void every_condition_is_there_once_from_the_first_visit_on(Row row) {
        assertThat(HypervisorPlanner.decide(row.situation()).conditions())
                .extracting(Condition::type)
                .containsExactlyInAnyOrder("Ready", "Reconciling", "Stalled", "Reachable", "LibvirtReady");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void a_condition_that_asks_for_a_person_says_what_to_do_or_why(Row row) {
        assertThat(HypervisorPlanner.decide(row.situation()).conditions())
                .filteredOn(condition -> condition.type().equals("Stalled"))
                .filteredOn(condition -> condition.status() == ConditionStatus.True)
                .allSatisfy(condition -> assertThat(condition.message()).hasSizeGreaterThan(20));
    }

    @Test
    void an_unreachable_host_makes_nothing_but_Reachable_false() {
        HypervisorStatus status =
                HypervisorPlanner.decide(situation(lost(LibvirtFailure.Kind.Unreachable), SILENT, SHELL));

        assertThat(status.conditions())
                .filteredOn(condition -> condition.status() == ConditionStatus.False)
                .extracting(Condition::type)
                .containsExactly("Reachable");
    }

    @ParameterizedTest
    @CsvSource({"0, Connected", "6, Connected", "7, LibvirtUnreachable"})
    void silence_counts_after_six_seconds(int seconds, String reason) {
        HypervisorStatus status = HypervisorPlanner.decide(
                situation(new LibvirtContact.Connected(NOW.minusSeconds(seconds)), ANSWERING, SHELL));

        assertThat(Conditions.of(status.conditions(), "Ready").orElseThrow().reason())
                .isEqualTo(reason);
    }

    @Test
    void an_operator_that_was_restarted_keeps_what_was_said_until_it_knows_better() {
        HypervisorStatus before =
                HypervisorPlanner.decide(situation(lost(LibvirtFailure.Kind.Unreachable), SILENT, SHELL));

        HypervisorStatus after = HypervisorPlanner.decide(with(
                before, picture(new LibvirtContact.Connecting(), ManagementProbe.UNTRIED, ShellObservation.UNTRIED)));

        assertThat(after).isEqualTo(before);
    }

    @Test
    void a_second_look_at_the_same_picture_changes_nothing() {
        HostObservation host = picture(CONNECTED, ANSWERING, SHELL);
        HypervisorStatus first = HypervisorPlanner.decide(situation(host));

        assertThat(HypervisorPlanner.decide(with(first, host))).isEqualTo(first);
    }

    @Test
    void facts_and_active_domains_are_counted_whoever_they_belong_to() {
        HypervisorStatus status = HypervisorPlanner.decide(situation(domains(
                picture(CONNECTED, ANSWERING, SHELL),
                domain(1, DomainState.Running, 2, 512),
                domain(2, DomainState.Paused, 1, 256),
                domain(3, DomainState.ShutOff, 4, 1024))));

        assertThat(status.capacity()).isEqualTo(new Resources(new Quantity("8"), new Quantity("4096Mi")));
        assertThat(status.allocated()).isEqualTo(new Resources(new Quantity("3"), new Quantity("768Mi")));
        assertThat(status.virtualMachines()).isEqualTo(2);
        assertThat(status.versions()).isEqualTo(new Versions("12.8.0", "11.1.0"));
        assertThat(status.machineID()).isEqualTo("machine-1");
        assertThat(status.bootID()).isEqualTo("boot-1");
    }

    @ParameterizedTest
    @EnumSource(names = {"Unreachable", "Unauthorized"})
    void a_silent_host_keeps_the_last_count_instead_of_looking_empty(LibvirtFailure.Kind kind) {
        HypervisorStatus before = HypervisorPlanner.decide(
                situation(domains(picture(CONNECTED, ANSWERING, SHELL), domain(1, DomainState.Running, 2, 512))));

        HypervisorStatus after = HypervisorPlanner.decide(with(before, picture(lost(kind), SILENT, SHELL)));

        assertThat(after.virtualMachines()).isEqualTo(1);
        assertThat(after.allocated()).isEqualTo(before.allocated());
    }

    @Test
    void a_deletion_that_waits_names_who_is_in_the_way() {
        HypervisorStatus status = HypervisorPlanner.decide(deleting(situation(CONNECTED, ANSWERING, SHELL)));

        assertThat(Conditions.of(status.conditions(), "Stalled").orElseThrow().message())
                .contains("shop/till");
    }

    private static String statuses(List<Condition> conditions) {
        Map<String, ConditionStatus> statuses =
                conditions.stream().collect(Collectors.toMap(Condition::type, Condition::status));
        return Stream.of("Reachable", "LibvirtReady", "Ready", "Reconciling", "Stalled")
                .map(type -> type + "=" + statuses.get(type))
                .collect(Collectors.joining(" "));
    }

    private static LibvirtContact lost(LibvirtFailure.Kind kind) {
        return new LibvirtContact.Disconnected(NOW.minusSeconds(3), kind, "connection reset");
    }

    private static HostObservation picture(LibvirtContact contact, ManagementProbe management, ShellObservation shell) {
        return new HostObservation(
                "host1", contact, Optional.of(FACTS), Map.of(), Map.of(), management, shell, Optional.empty());
    }

    private static HostObservation twin(HostObservation host) {
        return new HostObservation(
                host.name(),
                host.libvirt(),
                host.facts(),
                host.domains(),
                host.commands(),
                host.management(),
                host.shell(),
                Optional.of("host0"));
    }

    private static HostObservation domains(HostObservation host, DomainObservation... domains) {
        return new HostObservation(
                host.name(),
                host.libvirt(),
                host.facts(),
                Stream.of(domains).collect(Collectors.toMap(DomainObservation::uuid, Function.identity())),
                host.commands(),
                host.management(),
                host.shell(),
                host.duplicateOf());
    }

    private static DomainObservation domain(int number, DomainState state, int cores, long mebibytes) {
        return SomeDomain.observed(
                new UUID(0, number), state, "", Optional.empty(), SomeDomain.sized(cores, mebibytes << 20), NOW);
    }

    private static HypervisorPlanner.Situation situation(
            LibvirtContact contact, ManagementProbe management, ShellObservation shell) {
        return situation(picture(contact, management, shell));
    }

    private static HypervisorPlanner.Situation situation(HostObservation host) {
        return with(HypervisorStatus.UNTOUCHED, host);
    }

    private static HypervisorPlanner.Situation with(HypervisorStatus before, HostObservation host) {
        return new HypervisorPlanner.Situation("host1", 1L, List.of(), before, host, List.of(), false, NOW, WALL_CLOCK);
    }

    private static HypervisorPlanner.Situation invalid(HypervisorPlanner.Situation valid) {
        return new HypervisorPlanner.Situation(
                valid.name(),
                valid.generation(),
                List.of(new Violation("spec.ssh.port", "port must be between 1 and 65535")),
                valid.status(),
                valid.host(),
                valid.tenants(),
                valid.deleting(),
                valid.now(),
                valid.wallClock());
    }

    private static HypervisorPlanner.Situation deleting(HypervisorPlanner.Situation kept) {
        return new HypervisorPlanner.Situation(
                kept.name(),
                kept.generation(),
                kept.violations(),
                kept.status(),
                kept.host(),
                List.of("shop/till"),
                true,
                kept.now(),
                kept.wallClock());
    }
}
