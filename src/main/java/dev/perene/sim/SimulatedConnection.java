package dev.perene.sim;

import dev.perene.port.DomainObservation;
import dev.perene.port.DomainTag;
import dev.perene.port.FileContent;
import dev.perene.port.HostFacts;
import dev.perene.port.HostFile;
import dev.perene.port.LibvirtConnection;
import dev.perene.port.LibvirtConnector.Listener;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.LibvirtFailure.Kind;
import dev.perene.port.LiveEdit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/** One process's connection to one host's libvirt. */
final class SimulatedConnection implements LibvirtConnection {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final Duration EVENT_TRAVELS = Duration.ofMillis(1);

    private final SimulatedHost host;
    private final LibvirtDaemon daemon;
    private final Timeline process;
    private final Listener listener;
    private volatile String lost = "";
    private volatile boolean closed;

    SimulatedConnection(SimulatedHost host, LibvirtDaemon daemon, Timeline process, Listener listener) {
        this.host = host;
        this.daemon = daemon;
        this.process = process;
        this.listener = listener;
    }

    @Override
    public HostFacts facts() throws LibvirtFailure {
        return call("facts", host::facts);
    }

    @Override
    public List<DomainObservation> domains() throws LibvirtFailure {
        Duration asked = process.monotonic();
        return call("domains", () -> daemon.table().list(asked));
    }

    @Override
    public Optional<DomainObservation> domain(UUID uuid) throws LibvirtFailure {
        Duration asked = process.monotonic();
        return call("domain", () -> daemon.table().observe(uuid, asked));
    }

    @Override
    public void define(String xml) throws LibvirtFailure {
        call("define", () -> {
            DomainForm form = DomainForm.parse(xml);
            commanded("define", form.uuid());
            if (form.nvram().isPresent() && !host.hasFirmware()) {
                throw new LibvirtFailure(
                        Kind.Refused,
                        "operation failed: Unable to find 'efi' firmware that is compatible with the current"
                                + " configuration");
            }
            return daemon.table().define(form);
        });
    }

    @Override
    public void start(UUID uuid) throws LibvirtFailure {
        AtomicReference<LibvirtDaemon.StartOutcome> outcome = call("start", () -> {
            commanded("start", uuid);
            return daemon.startInTheWorld(uuid);
        });
        while (outcome.get() == LibvirtDaemon.StartOutcome.UnderWay) {
            stayConnected();
            process.sleep(Duration.ofMillis(5));
        }
        if (outcome.get() == LibvirtDaemon.StartOutcome.Died) {
            stayConnected();
            throw new LibvirtFailure(Kind.Refused, "internal error: qemu unexpectedly closed the monitor");
        }
    }

    @Override
    public void shutdown(UUID uuid) throws LibvirtFailure {
        call("shutdown", () -> {
            commanded("shutdown", uuid);
            SimulatedDomain domain = daemon.table().running(uuid);
            daemon.guests().powerButton(domain);
            return domain;
        });
    }

    @Override
    public void destroy(UUID uuid) throws LibvirtFailure {
        call("destroy", () -> {
            commanded("destroy", uuid);
            daemon.table().destroy(uuid);
            return uuid;
        });
    }

    @Override
    public void undefine(UUID uuid) throws LibvirtFailure {
        call("undefine", () -> {
            commanded("undefine", uuid);
            Optional<String> variables =
                    daemon.table().find(uuid).flatMap(domain -> domain.form().nvram());
            daemon.table().undefine(uuid);
            variables.ifPresent(host.folder()::remove);
            return uuid;
        });
    }

    @Override
    public void edit(UUID uuid, LiveEdit edit) throws LibvirtFailure {
        call("edit", () -> {
            commanded("edit", uuid);
            daemon.table().edit(uuid, edit);
            return uuid;
        });
    }

    @Override
    public void makeFolder() throws LibvirtFailure {
        call("makeFolder", () -> {
            host.folder().make();
            return true;
        });
    }

    @Override
    public void tag(UUID uuid, Optional<DomainTag> tag) throws LibvirtFailure {
        call("tag", () -> {
            commanded("tag", uuid);
            daemon.table().tag(uuid, tag);
            return uuid;
        });
    }

    @Override
    public void putFile(HostFile file, FileContent content) throws LibvirtFailure {
        if (content.size() == 0) {
            throw new LibvirtFailure(Kind.Refused, file.name() + " would have 0 bytes");
        }
        call("putFile", () -> {
            host.folder().write(file, content);
            return true;
        });
    }

    @Override
    public Optional<FileContent> file(HostFile file) throws LibvirtFailure {
        return call("file", () -> host.folder().file(file));
    }

    @Override
    public void removeFiles(UUID owner) throws LibvirtFailure {
        call("removeFiles", () -> {
            host.folder().removeFiles(owner);
            return true;
        });
    }

    @Override
    public void close() {
        closed = true;
        daemon.closed(this);
    }

    /** A domain's life changed. */
    void tell(UUID domain) {
        process.after(EVENT_TRAVELS, () -> {
            if (!closed && lost.isEmpty()) {
                listener.domainChanged(domain);
            }
        });
    }

    /** The connection breaks. */
    void lose(String why) {
        if (lost.isEmpty() && !closed) {
            lost = why;
            daemon.closed(this);
            process.after(EVENT_TRAVELS, () -> listener.connectionLost(why));
        }
    }

    private interface Call<T> {
        T answer() throws LibvirtFailure;
    }

    private <T> T call(String name, Call<T> call) throws LibvirtFailure {
        process.crossing("libvirt " + name);
        Optional<Fault> fault = daemon.nextFault(name);
        process.sleep(
                fault.orElse(null) instanceof Fault.Slow(Duration more)
                        ? daemon.latency().plus(more)
                        : daemon.latency());
        stayConnected();
        while (!daemon.answers()) {
            process.sleep(LOOK_AGAIN);
            stayConnected();
        }
        T answer = answered(fault, call);
        process.crossing("libvirt " + name + " answered");
        return answer;
    }

    private <T> T answered(Optional<Fault> fault, Call<T> call) throws LibvirtFailure {
        return switch (fault.orElse(null)) {
            case null -> call.answer();
            case Fault.Slow slow -> call.answer();
            case Fault.Refused(Kind kind, String words) -> throw new LibvirtFailure(kind, words);
            case Fault.CallLost() -> {
                lose("the connection to libvirt ended: error");
                throw new LibvirtFailure(Kind.Unreachable, lost);
            }
            case Fault.AnswerLost() -> {
                call.answer();
                lose("the connection to libvirt ended: error");
                throw new LibvirtFailure(Kind.Unreachable, lost);
            }
        };
    }

    private void stayConnected() throws LibvirtFailure {
        if (closed || !lost.isEmpty()) {
            throw new LibvirtFailure(Kind.Unreachable, closed ? "the connection is closed" : lost);
        }
    }

    private void commanded(String call, UUID uuid) {
        Optional<SimulatedDomain> domain = daemon.table().find(uuid);
        Optional<DomainTag> tag = domain.flatMap(found -> found.form().tag());
        daemon.listener().commanded(host.name(), call, uuid, domain.isPresent(), tag);
    }
}
