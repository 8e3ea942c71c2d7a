package dev.perene.app;

import dev.perene.adapter.kube.Leadership;
import dev.perene.api.HypervisorSpec;
import dev.perene.port.DomainObservation;
import dev.perene.port.DomainTag;
import dev.perene.port.FileContent;
import dev.perene.port.HostFacts;
import dev.perene.port.HostFile;
import dev.perene.port.LibvirtConnection;
import dev.perene.port.LibvirtConnector;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.LiveEdit;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Times every call to libvirt, {@code perene_libvirt_call_seconds} by call and outcome, and refuses every command unless
 * this operator leads when it is sent.
 */
final class MeteredLibvirtConnector implements LibvirtConnector {
    private final LibvirtConnector connector;
    private final MeterRegistry registry;
    private final Leadership leadership;

    MeteredLibvirtConnector(LibvirtConnector connector, MeterRegistry registry, Leadership leadership) {
        this.connector = connector;
        this.registry = registry;
        this.leadership = leadership;
    }

    @Override
    public LibvirtConnection open(HypervisorSpec host, Listener listener) throws LibvirtFailure {
        return new Metered(timed("open", () -> connector.open(host, listener)));
    }

    private interface Call<T> {
        T now() throws LibvirtFailure;
    }

    private interface Command {
        void now() throws LibvirtFailure;
    }

    private <T> T timed(String call, Call<T> work) throws LibvirtFailure {
        Timer.Sample sample = Timer.start(registry);
        String outcome = "Failed";
        try {
            T result = work.now();
            outcome = "Done";
            return result;
        } catch (LibvirtFailure failure) {
            outcome = failure.kind().name();
            throw failure;
        } finally {
            sample.stop(registry.timer("perene.libvirt.call", "call", call, "outcome", outcome));
        }
    }

    private final class Metered implements LibvirtConnection {
        private final LibvirtConnection connection;

        Metered(LibvirtConnection connection) {
            this.connection = connection;
        }

        @Override
        public HostFacts facts() throws LibvirtFailure {
            return timed("facts", connection::facts);
        }

        @Override
        public List<DomainObservation> domains() throws LibvirtFailure {
            return timed("domains", connection::domains);
        }

        @Override
        public Optional<DomainObservation> domain(UUID uuid) throws LibvirtFailure {
            return timed("domain", () -> connection.domain(uuid));
        }

        @Override
        public void define(String xml) throws LibvirtFailure {
            command("define", () -> connection.define(xml));
        }

        @Override
        public void start(UUID uuid) throws LibvirtFailure {
            command("start", () -> connection.start(uuid));
        }

        @Override
        public void shutdown(UUID uuid) throws LibvirtFailure {
            command("shutdown", () -> connection.shutdown(uuid));
        }

        @Override
        public void destroy(UUID uuid) throws LibvirtFailure {
            command("destroy", () -> connection.destroy(uuid));
        }

        @Override
        public void undefine(UUID uuid) throws LibvirtFailure {
            command("undefine", () -> connection.undefine(uuid));
        }

        @Override
        public void edit(UUID uuid, LiveEdit edit) throws LibvirtFailure {
            command("edit", () -> connection.edit(uuid, edit));
        }

        @Override
        public void tag(UUID uuid, Optional<DomainTag> tag) throws LibvirtFailure {
            command("tag", () -> connection.tag(uuid, tag));
        }

        @Override
        public void makeFolder() throws LibvirtFailure {
            command("makeFolder", connection::makeFolder);
        }

        @Override
        public void putFile(HostFile file, FileContent content) throws LibvirtFailure {
            command("putFile", () -> connection.putFile(file, content));
        }

        @Override
        public Optional<FileContent> file(HostFile file) throws LibvirtFailure {
            return timed("file", () -> connection.file(file));
        }

        @Override
        public void removeFiles(UUID owner) throws LibvirtFailure {
            command("removeFiles", () -> connection.removeFiles(owner));
        }

        @Override
        public void close() {
            connection.close();
        }

        private void command(String call, Command command) throws LibvirtFailure {
            timed(call, () -> leadership
                    .ifLeading(() -> {
                        command.now();
                        return call;
                    })
                    .orElseThrow(() -> new LibvirtFailure(
                            LibvirtFailure.Kind.Refused, "not sent: this operator does not lead any more")));
        }
    }
}
