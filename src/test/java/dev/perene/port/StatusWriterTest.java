package dev.perene.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.HAPolicy;
import dev.perene.api.Hypervisor;
import dev.perene.api.VirtualMachine;
import dev.perene.port.StatusWriter.Outcome;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusWriterTest {
    private static final boolean CHANGED = false;
    private static final boolean UNCHANGED = true;
    private static final boolean URGENT = true;
    private static final boolean PATIENT = false;

    private final Server server = new Server();
    private final Clock clock = new Clock();
    private final StatusWriter writer = new StatusWriter(server, clock);
    private final VirtualMachine till = machine("till");

    @Test
    void what_did_not_change_is_not_written_however_urgent() {
        assertThat(writer.write(till, UNCHANGED, URGENT)).isEqualTo(new Outcome.Unchanged());
        assertThat(server.writes).isEmpty();
    }

    @Test
    void the_first_change_is_written_at_once() {
        assertThat(writer.write(till, CHANGED, PATIENT)).isEqualTo(new Outcome.Written());
        assertThat(server.writes).containsExactly(till);
    }

    @Test
    void a_second_change_waits_for_the_rest_of_the_second() {
        writer.write(till, CHANGED, PATIENT);
        clock.pass(300);

        assertThat(writer.write(till, CHANGED, PATIENT)).isEqualTo(new Outcome.Postponed(Duration.ofMillis(700)));
        assertThat(server.writes).hasSize(1);
    }

    @Test
    void a_second_later_it_is_written_again() {
        writer.write(till, CHANGED, PATIENT);
        clock.pass(1000);

        assertThat(writer.write(till, CHANGED, PATIENT)).isEqualTo(new Outcome.Written());
    }

    @Test
    void what_an_action_hangs_on_does_not_wait() {
        writer.write(till, CHANGED, PATIENT);

        assertThat(writer.write(till, CHANGED, URGENT)).isEqualTo(new Outcome.Written());
        assertThat(server.writes).hasSize(2);
    }

    @Test
    void objects_do_not_wait_for_each_other() {
        writer.write(till, CHANGED, PATIENT);

        assertThat(writer.write(machine("kiosk"), CHANGED, PATIENT)).isEqualTo(new Outcome.Written());
    }

    @Test
    void a_write_that_somebody_else_overtook_is_no_write_and_is_decided_anew_soon() {
        server.answer = new ObjectStore.Written.Outdated<>();

        assertThat(writer.write(till, CHANGED, URGENT)).isEqualTo(new Outcome.NotWritten(Duration.ofMillis(50)));
    }

    @Test
    void a_write_of_which_nobody_knows_is_no_write_and_is_decided_anew_later() {
        server.answer = new ObjectStore.Written.Unknown<>("timeout");

        assertThat(writer.write(till, CHANGED, URGENT)).isEqualTo(new Outcome.NotWritten(Duration.ofSeconds(1)));
    }

    @Test
    void a_write_that_was_not_taken_does_not_make_the_next_one_wait() {
        server.answer = new ObjectStore.Written.Outdated<>();
        writer.write(till, CHANGED, PATIENT);
        server.answer = new ObjectStore.Written.Accepted<>(till);

        assertThat(writer.write(till, CHANGED, PATIENT)).isEqualTo(new Outcome.Written());
    }

    @Test
    void an_object_that_is_gone_is_forgotten() {
        writer.write(till, CHANGED, PATIENT);

        writer.forget(till);

        assertThat(writer.write(till, CHANGED, PATIENT)).isEqualTo(new Outcome.Written());
    }

    private static VirtualMachine machine(String uid) {
        VirtualMachine machine = new VirtualMachine();
        machine.getMetadata().setUid(uid);
        return machine;
    }

    private static final class Clock implements TimeSource {
        private Duration now = Duration.ofSeconds(1000);

        void pass(long milliseconds) {
            now = now.plusMillis(milliseconds);
        }

        @Override
        public Duration monotonic() {
            return now;
        }

        @Override
        public Instant wallClock() {
            throw new UnsupportedOperationException("statuses are not written by the wall clock");
        }
    }

    private static final class Server implements ObjectStore {
        private final List<HasMetadata> writes = new ArrayList<>();
        private Written<? extends HasMetadata> answer = new Written.Accepted<>(machine("any"));

        @Override
        @SuppressWarnings("unchecked")
        public <R extends HasMetadata> Written<R> replaceStatus(R changed) {
            writes.add(changed);
            return (Written<R>) answer;
        }

        @Override
        public <R extends HasMetadata> Written<R> replaceFinalizers(R changed) {
            throw new UnsupportedOperationException("a status is no finalizer");
        }

        @Override
        public Collection<Hypervisor> hypervisors() {
            return List.of();
        }

        @Override
        public Collection<VirtualMachine> virtualMachines() {
            return List.of();
        }

        @Override
        public Collection<VirtualMachine> claimants(String claim) {
            return List.of();
        }

        @Override
        public Collection<HAPolicy> policies() {
            return List.of();
        }

        @Override
        public void announce(HasMetadata about, Announcement announcement) {
            throw new UnsupportedOperationException("whoever decides announces");
        }
    }
}
