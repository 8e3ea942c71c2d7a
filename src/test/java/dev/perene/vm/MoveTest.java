package dev.perene.vm;

import static dev.perene.vm.Situations.NOW;
import static dev.perene.vm.Situations.TILL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.VirtualMachineSpec.Firmware;
import dev.perene.port.CommandProgress;
import dev.perene.port.DomainCommand;
import dev.perene.port.DomainState;
import dev.perene.port.FileContent;
import dev.perene.port.LibvirtFailure;
import dev.perene.vm.Decision.Step;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A VM that is down on host1 and may only run on host2. */
class MoveTest {
    private static final FileContent VARIABLES = FileContent.of(new byte[] {1, 2, 3});

    private static Situations uefi() {
        return bios().firmware(Firmware.UEFI);
    }

    private static Situations bios() {
        return Situations.with()
                .host("host1")
                .host("host2")
                .domain("host1", DomainState.ShutOff, "shutdown")
                .recordedOn("host1")
                .onlyOn("host2");
    }

    private static CommandProgress fetched(Duration at, Optional<FileContent> content) {
        return new CommandProgress.Fetched(new DomainCommand.FetchVariables(TILL), at, content);
    }

    private static CommandProgress placed(Duration at) {
        return new CommandProgress.Done(new DomainCommand.Place(TILL, "<domain/>", Optional.empty()), at, at);
    }

    @Test
    void without_variables_the_old_definition_goes_at_once() {
        assertThat(bios().decide().steps()).containsExactly(new Step("host1", new DomainCommand.Undefine(TILL)));
    }

    @Test
    void first_the_variables_are_read_on_the_old_host() {
        assertThat(uefi().decide().steps()).containsExactly(new Step("host1", new DomainCommand.FetchVariables(TILL)));
    }

    @Test
    void then_they_are_written_on_the_new_host() {
        Decision decision = uefi().progress("host1", fetched(NOW.minusSeconds(1), Optional.of(VARIABLES)))
                .decide();

        assertThat(decision.steps()).singleElement().satisfies(step -> {
            assertThat(step.host()).isEqualTo("host2");
            assertThat(((DomainCommand.Place) step.command()).variables()).hasValue(VARIABLES);
        });
        assertThat(decision.status().hostName()).isEqualTo("host1");
    }

    @Test
    void then_the_old_definition_goes() {
        Decision decision = uefi().progress("host1", fetched(NOW.minusSeconds(2), Optional.of(VARIABLES)))
                .domain("host2", DomainState.ShutOff, "unknown")
                .progress("host2", placed(NOW.minusSeconds(1)))
                .decide();

        assertThat(decision.steps()).containsExactly(new Step("host1", new DomainCommand.Undefine(TILL)));
        assertThat(decision.status().hostName()).isEqualTo("host2");
    }

    @Test
    void while_the_old_definition_goes_nothing_else_is_done() {
        CommandProgress undefining =
                new CommandProgress.InFlight(new DomainCommand.Undefine(TILL), NOW, Optional.empty());

        Decision decision = uefi().progress("host1", undefining)
                .domain("host2", DomainState.ShutOff, "unknown")
                .recordedOn("host2")
                .decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.reason()).contains("undefined on host1");
    }

    @Test
    void an_old_definition_that_cannot_be_removed_is_tried_again_after_a_pause() {
        CommandProgress.Failed failed = new CommandProgress.Failed(
                new DomainCommand.Undefine(TILL), NOW, 1, LibvirtFailure.Kind.Refused, "read-only file system");

        Decision decision = uefi().progress("host1", failed).decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.lookAgain()).hasValue(Duration.ofSeconds(1));
        assertThat(decision.reason()).contains("libvirt on host1 refused", "read-only file system");
    }

    @Test
    void variables_that_were_written_before_they_were_read_are_written_again() {
        Decision decision = uefi().progress("host1", fetched(NOW.minusSeconds(1), Optional.of(VARIABLES)))
                .domain("host2", DomainState.ShutOff, "unknown")
                .progress("host2", placed(NOW.minusSeconds(2)))
                .decide();

        assertThat(decision.steps()).singleElement().satisfies(step -> assertThat(step.command())
                .isInstanceOf(DomainCommand.Place.class));
    }

    @Test
    void variables_that_were_read_long_ago_are_read_again() {
        Decision decision = uefi().progress("host1", fetched(NOW.minusSeconds(31), Optional.of(VARIABLES)))
                .decide();

        assertThat(decision.steps()).containsExactly(new Step("host1", new DomainCommand.FetchVariables(TILL)));
    }

    @Test
    void where_there_are_none_nothing_is_written() {
        Decision decision =
                uefi().progress("host1", fetched(NOW, Optional.empty())).decide();

        assertThat(decision.steps()).containsExactly(new Step("host1", new DomainCommand.Undefine(TILL)));
    }

    @Test
    void variables_that_cannot_be_read_keep_the_old_definition() {
        CommandProgress.Failed failed = new CommandProgress.Failed(
                new DomainCommand.FetchVariables(TILL), NOW, 1, LibvirtFailure.Kind.Refused, "cannot open volume");

        Decision decision = uefi().progress("host1", failed).decide();

        assertThat(decision.steps()).isEmpty();
        assertThat(decision.lookAgain()).hasValue(Duration.ofSeconds(1));
        assertThat(decision.reason()).contains("libvirt on host1 refused", "cannot open volume");
    }

    @Test
    void while_a_command_is_under_way_none_is_given() {
        CommandProgress placing = new CommandProgress.InFlight(
                new DomainCommand.Place(TILL, "<domain/>", Optional.empty()), NOW, Optional.empty());

        Decision decision = uefi().progress("host1", fetched(NOW, Optional.of(VARIABLES)))
                .progress("host2", placing)
                .decide();

        assertThat(decision.steps()).isEmpty();
    }

    @Test
    void no_status_tells_what_is_in_the_variables() {
        Decision decision =
                uefi().progress("host1", fetched(NOW, Optional.of(VARIABLES))).decide();

        assertThat(decision.toString()).contains("3 bytes").doesNotContain("[1, 2, 3]");
    }
}
