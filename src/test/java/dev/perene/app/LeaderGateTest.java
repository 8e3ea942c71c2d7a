package dev.perene.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perene.adapter.kube.Leadership;
import dev.perene.api.VirtualMachine;
import dev.perene.port.LibvirtConnection;
import dev.perene.port.LibvirtConnector;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.ObjectReconciler;
import dev.perene.port.ObjectStore;
import dev.perene.port.ObjectStore.Announcement;
import dev.perene.port.ObjectStore.Written;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an operator that does not lead may do: look. */
class LeaderGateTest {
    private static final Set<String> LOOKING = Set.of("facts", "domains", "domain", "file", "close");

    private final Leadership leader = Leadership.sole(new SystemTime());
    private final Leadership standby = Leadership.elected(new SystemTime(), Duration.ofSeconds(3));
    private final List<String> reached = new ArrayList<>();

    static Stream<Method> commands() {
        return Arrays.stream(LibvirtConnection.class.getMethods())
                .filter(method -> !LOOKING.contains(method.getName()));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void a_command_reaches_libvirt_only_from_the_leader(Method command) throws Exception {
        assertThatThrownBy(() -> call(standby, command))
                .isInstanceOf(LibvirtFailure.class)
                .hasMessageContaining("does not lead");
        assertThat(reached).isEmpty();

        call(leader, command);
        assertThat(reached).containsExactly(command.getName());
    }

    @Test
    void a_standby_may_look_at_domains() throws Exception {
        call(standby, LibvirtConnection.class.getMethod("domains"));

        assertThat(reached).containsExactly("domains");
    }

    @Test
    void a_standby_observes_and_does_not_reconcile() {
        assertThat(reconcile(standby)).isEmpty();

        assertThat(reached).containsExactly("observed");
    }

    @Test
    void a_leader_reconciles() {
        assertThat(reconcile(leader)).contains(Duration.ofSeconds(7));

        assertThat(reached).containsExactly("reconciled");
    }

    @Test
    void a_standby_writes_nothing() {
        ObjectStore store = new LeaderOnlyStore(standby, fake(ObjectStore.class));

        assertThat(store.replaceStatus(new VirtualMachine())).isInstanceOf(Written.Unknown.class);
        assertThat(store.replaceFinalizers(new VirtualMachine())).isInstanceOf(Written.Unknown.class);
        store.announce(new VirtualMachine(), new Announcement(false, "Running", "it runs"));

        assertThat(reached).isEmpty();
    }

    @Test
    void a_leader_writes() {
        ObjectStore store = new LeaderOnlyStore(leader, fake(ObjectStore.class));

        assertThat(store.replaceStatus(new VirtualMachine())).isInstanceOf(Written.Outdated.class);
        store.replaceFinalizers(new VirtualMachine());
        store.announce(new VirtualMachine(), new Announcement(false, "Running", "it runs"));

        assertThat(reached).containsExactly("replaceStatus", "replaceFinalizers", "announce");
    }

    @Test
    void a_decision_of_a_leader_that_stops_in_between_is_not_carried_out() throws Exception {
        LibvirtConnection connection = open(leader);
        connection.define("<domain/>");

        leader.drain(Duration.ZERO);

        assertThatThrownBy(() -> connection.start(UUID.randomUUID())).hasMessageContaining("does not lead");
        assertThat(reached).containsExactly("define");
    }

    private Optional<Duration> reconcile(Leadership leadership) {
        return new LeaderOnlyReconciler<>(
                        leadership,
                        new ObjectReconciler<String>() {
                            @Override
                            public Optional<Duration> reconcile(String object) {
                                reached.add("reconciled");
                                return Optional.of(Duration.ofSeconds(7));
                            }

                            @Override
                            public void forget(String object) {
                                reached.add("forgotten");
                            }
                        },
                        object -> reached.add("observed"))
                .reconcile("till");
    }

    private void call(Leadership leadership, Method method) throws Exception {
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(type -> type == UUID.class ? UUID.randomUUID() : type == boolean.class ? (Object) true : null)
                .toArray();
        try {
            method.invoke(open(leadership), arguments);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw thrown;
        }
    }

    private LibvirtConnection open(Leadership leadership) throws LibvirtFailure {
        LibvirtConnector libvirt = (host, listener) -> fake(LibvirtConnection.class);
        return new MeteredLibvirtConnector(libvirt, new SimpleMeterRegistry(), leadership)
                .open(null, LibvirtConnector.Listener.NONE);
    }

    /** Remembers what was called, also methods that did not exist when this was written. */
    private <T> T fake(Class<T> port) {
        return port.cast(
                Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, arguments) -> {
                    reached.add(method.getName());
                    if (method.getReturnType() == Written.class) {
                        return new Written.Outdated<>();
                    }
                    if (method.getReturnType() == Optional.class) {
                        return Optional.empty();
                    }
                    return method.getReturnType() == List.class ? List.of() : null;
                }));
    }
}
