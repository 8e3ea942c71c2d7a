package dev.perene.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.port.CommandProgress;
import dev.perene.port.DomainCommand;
import dev.perene.port.DomainObservation;
import dev.perene.port.DomainPresence;
import dev.perene.port.DomainState;
import dev.perene.port.HostFacts;
import dev.perene.port.HostInventory;
import dev.perene.port.LibvirtContact;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.ManagementProbe;
import dev.perene.port.ShellObservation;
import dev.perene.port.SomeDomain;
import dev.perene.port.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPictureTest {
    private static final UUID TILL = UUID.fromString("11111111-2222-4333-8444-555555555555");
    private static final UUID KIOSK = UUID.fromString("11111111-2222-4333-8444-666666666666");

    private final List<Object> told = new ArrayList<>();
    private Duration now = seconds(10);
    private final HostPicture picture = new HostPicture("host1", new Clock(), new HostInventory.Listener() {
        @Override
        public void domainsChanged(String host, Set<UUID> domains) {
            told.add(domains);
        }

        @Override
        public void hostChanged(String host) {
            told.add(host);
        }
    });

    @Test
    void a_host_that_was_never_asked_says_nothing_about_domains() {
        assertThat(picture.current().presence(TILL, seconds(0))).isInstanceOf(DomainPresence.Unknown.class);
    }

    @Test
    void a_host_that_falls_silent_is_told_of_at_the_next_look_of_any_kind() {
        picture.domainsListed(List.of(), seconds(10));
        told.clear();
        now = seconds(17);
        picture.probed(before -> before);
        picture.probed(before -> before);

        assertThat(told).containsExactly("host1");
    }

    @Test
    void a_domain_that_is_not_listed_is_absent() {
        picture.domainsListed(List.of(running(KIOSK, 10)), seconds(10));

        assertThat(picture.current().presence(TILL, seconds(10))).isEqualTo(new DomainPresence.Absent());
    }

    @ParameterizedTest
    @CsvSource({"10, false", "16, false", "17, true", "1000, true"})
    void a_list_that_is_older_than_six_seconds_says_nothing_any_more(int now, boolean unknown) {
        picture.domainsListed(List.of(), seconds(10));

        assertThat(picture.current().presence(TILL, seconds(now)) instanceof DomainPresence.Unknown)
                .isEqualTo(unknown);
    }

    @Test
    void an_answer_about_one_domain_does_not_make_the_others_look_fresh() {
        picture.domainsListed(List.of(running(TILL, 10)), seconds(10));

        picture.domainSeen(TILL, Optional.of(running(TILL, 20)), seconds(20));

        assertThat(picture.current().presence(KIOSK, seconds(20))).isInstanceOf(DomainPresence.Unknown.class);
    }

    @Test
    void a_list_that_was_asked_for_earlier_does_not_replace_what_was_seen_since() {
        picture.domainSeen(TILL, Optional.of(running(TILL, 12)), seconds(12));

        picture.domainsListed(List.of(shutOff(TILL, 11)), seconds(11));

        assertThat(state(TILL)).hasValue(DomainState.Running);
    }

    @Test
    void a_list_that_was_asked_for_earlier_does_not_lose_a_domain_that_was_defined_since() {
        picture.domainSeen(TILL, Optional.of(running(TILL, 12)), seconds(12));

        picture.domainsListed(List.of(), seconds(11));

        assertThat(state(TILL)).hasValue(DomainState.Running);
    }

    @Test
    void a_list_that_was_asked_for_earlier_does_not_bring_back_a_domain_that_is_gone() {
        picture.domainsListed(List.of(shutOff(TILL, 10)), seconds(10));
        picture.domainSeen(TILL, Optional.empty(), seconds(12));

        picture.domainsListed(List.of(shutOff(TILL, 11)), seconds(11));

        assertThat(state(TILL)).isEmpty();
    }

    @Test
    void a_domain_that_was_defined_again_appears_with_the_next_list() {
        picture.domainSeen(TILL, Optional.empty(), seconds(12));

        picture.domainsListed(List.of(running(TILL, 13)), seconds(13));

        assertThat(state(TILL)).hasValue(DomainState.Running);
    }

    @Test
    void an_earlier_answer_about_a_domain_does_not_replace_a_later_one() {
        picture.domainSeen(TILL, Optional.of(running(TILL, 12)), seconds(12));

        picture.domainSeen(TILL, Optional.of(shutOff(TILL, 11)), seconds(11));
        picture.domainSeen(TILL, Optional.empty(), seconds(11));

        assertThat(state(TILL)).hasValue(DomainState.Running);
    }

    @Test
    void an_earlier_answer_about_a_domain_does_not_bring_it_back() {
        picture.domainSeen(TILL, Optional.empty(), seconds(12));

        picture.domainSeen(TILL, Optional.of(running(TILL, 11)), seconds(11));

        assertThat(state(TILL)).isEmpty();
    }

    @Test
    void listeners_hear_of_the_domains_that_changed_and_of_no_others() {
        picture.domainsListed(List.of(running(TILL, 10), running(KIOSK, 10)), seconds(10));
        told.clear();

        picture.domainsListed(List.of(running(TILL, 12), shutOff(KIOSK, 12)), seconds(12));

        assertThat(told).containsExactly(Set.of(KIOSK));
    }

    @Test
    void listeners_hear_nothing_when_only_time_has_passed() {
        picture.domainsListed(List.of(running(TILL, 10)), seconds(10));
        picture.probed(before -> new ManagementProbe(Optional.of(seconds(10)), 0, ""));
        told.clear();

        picture.domainsListed(List.of(running(TILL, 12)), seconds(12));
        picture.domainSeen(TILL, Optional.of(running(TILL, 13)), seconds(13));
        picture.probed(before -> new ManagementProbe(Optional.of(seconds(13)), 0, ""));
        picture.probed(before -> new ManagementProbe(Optional.of(seconds(13)), 1, "no route"));

        assertThat(told).isEmpty();
    }

    @Test
    void listeners_hear_once_that_the_address_went_silent() {
        picture.probed(before -> new ManagementProbe(Optional.of(seconds(10)), 0, ""));
        told.clear();

        for (int misses = 1; misses <= 5; misses++) {
            int so_many = misses;
            picture.probed(before -> new ManagementProbe(before.lastSuccess(), so_many, "no route"));
        }

        assertThat(told).containsExactly("host1");
    }

    @Test
    void listeners_hear_that_libvirt_was_lost_and_found() {
        picture.domainsListed(List.of(), seconds(10));
        told.clear();

        picture.contact(new LibvirtContact.Disconnected(seconds(12), LibvirtFailure.Kind.Unreachable, "reset"));
        picture.domainsListed(List.of(), seconds(14));

        assertThat(told).containsExactly("host1", "host1");
    }

    @Test
    void domains_are_remembered_while_libvirt_is_silent_and_are_unknown_nevertheless() {
        picture.domainsListed(List.of(running(TILL, 10)), seconds(10));

        picture.contact(new LibvirtContact.Disconnected(seconds(11), LibvirtFailure.Kind.Unreachable, "reset"));

        assertThat(state(TILL)).hasValue(DomainState.Running);
        assertThat(picture.current().presence(TILL, seconds(11))).isInstanceOf(DomainPresence.Unknown.class);
    }

    @Test
    void listeners_hear_of_a_commands_progress_as_of_its_domain() {
        DomainCommand command = new DomainCommand.Destroy(TILL);

        picture.command(TILL, Optional.of(new CommandProgress.InFlight(command, seconds(1), Optional.empty())));
        picture.command(TILL, Optional.of(new CommandProgress.InFlight(command, seconds(1), Optional.empty())));
        picture.command(TILL, Optional.of(new CommandProgress.Done(command, seconds(2), seconds(2))));

        assertThat(told).containsExactly(Set.of(TILL), Set.of(TILL));
        assertThat(picture.current().progress(TILL))
                .hasValue(new CommandProgress.Done(command, seconds(2), seconds(2)));
    }

    @Test
    void listeners_hear_of_new_facts_paths_and_of_a_twin_once_each() {
        HostFacts facts = new HostFacts("id", 2, 1 << 30, "12.8.0", "11.1.0", false);
        ShellObservation shell = new ShellObservation(
                Optional.of("boot"), Map.of("/srv/x", ShellObservation.PathKind.File), Optional.empty());

        for (int again = 0; again < 2; again++) {
            picture.factsLearned(facts);
            picture.shell(before -> shell);
            picture.duplicateOf(Optional.of("host0"));
        }

        assertThat(told).containsExactly("host1", "host1", "host1");
    }

    private Optional<DomainState> state(UUID uuid) {
        return Optional.ofNullable(picture.current().domains().get(uuid)).map(DomainObservation::state);
    }

    private static DomainObservation running(UUID uuid, int asked) {
        return domain(uuid, DomainState.Running, asked);
    }

    private static DomainObservation shutOff(UUID uuid, int asked) {
        return domain(uuid, DomainState.ShutOff, asked);
    }

    private static DomainObservation domain(UUID uuid, DomainState state, int asked) {
        return SomeDomain.observed(uuid, state, "", Optional.empty(), SomeDomain.sized(1, 32 << 20), seconds(asked));
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    private final class Clock implements TimeSource {
        @Override
        public Duration monotonic() {
            return now;
        }

        @Override
        public Instant wallClock() {
            return Instant.EPOCH;
        }
    }
}
