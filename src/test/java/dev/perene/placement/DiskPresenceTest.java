package dev.perene.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.VirtualMachineSpec.Disk;
import dev.perene.placement.Candidate.Found;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiskPresenceTest {
    private static final String FILE = "/srv/till.img";
    private static final String DEVICE = "/dev/perene/shared1";

    @ParameterizedTest
    @CsvSource({"File, true", "BlockDevice, false", "Other, false", "Nothing, false"})
    void a_file_must_be_a_file(Found found, boolean accepted) {
        assertThat(objection(SomeMachine.localFile(FILE), FILE, found).isEmpty())
                .isEqualTo(accepted);
        assertThat(objection(SomeMachine.sharedFile(FILE), FILE, found).isEmpty())
                .isEqualTo(accepted);
        assertThat(objection(SomeMachine.cdrom(FILE), FILE, found).isEmpty()).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({"BlockDevice, true", "File, false", "Other, false", "Nothing, false"})
    void a_device_must_be_a_block_device(Found found, boolean accepted) {
        assertThat(objection(SomeMachine.sharedDevice(DEVICE), DEVICE, found).isEmpty())
                .isEqualTo(accepted);
        assertThat(objection(SomeMachine.localDevice(DEVICE), DEVICE, found).isEmpty())
                .isEqualTo(accepted);
    }

    @Test
    void a_local_disk_of_which_nothing_is_known_is_not_taken_to_be_there() {
        Candidate unknown = SomeHost.named("host1").candidate();

        assertThat(DiskPresence.objection(SomeMachine.on(SomeMachine.localFile(FILE)), unknown))
                .hasValue("whether disk system, /srv/till.img, is there is not known yet");
    }

    @Test
    void a_shared_disk_of_which_nothing_is_known_is_taken_to_be_there_as_everywhere() {
        Candidate unknown = SomeHost.named("host1").candidate();

        assertThat(DiskPresence.objection(SomeMachine.on(SomeMachine.sharedDevice(DEVICE)), unknown))
                .isEmpty();
        assertThat(DiskPresence.objection(SomeMachine.on(SomeMachine.cdrom(FILE)), unknown))
                .isEmpty();
    }

    @Test
    void what_is_missing_or_of_another_kind_is_said_with_disk_and_path() {
        assertThat(objection(SomeMachine.localFile(FILE), FILE, Found.Nothing))
                .hasValue("disk system, /srv/till.img, does not exist there");
        assertThat(objection(SomeMachine.localFile(FILE), FILE, Found.Other))
                .hasValue("disk system, /srv/till.img, is not a regular file");
        assertThat(objection(SomeMachine.sharedDevice(DEVICE), DEVICE, Found.File))
                .hasValue("disk system, /dev/perene/shared1, is not a block device");
    }

    private static Optional<String> objection(Disk disk, String path, Found found) {
        return DiskPresence.objection(
                SomeMachine.on(disk), SomeHost.named("host1").has(path, found).candidate());
    }
}
