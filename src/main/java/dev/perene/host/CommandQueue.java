package dev.perene.host;

import dev.perene.api.HypervisorSpec;
import dev.perene.port.CommandProgress;
import dev.perene.port.CommandProgress.Done;
import dev.perene.port.CommandProgress.Failed;
import dev.perene.port.CommandProgress.Fetched;
import dev.perene.port.CommandProgress.InFlight;
import dev.perene.port.DomainCommand;
import dev.perene.port.DomainObservation;
import dev.perene.port.DomainTag;
import dev.perene.port.FileContent;
import dev.perene.port.HostFile;
import dev.perene.port.Journal;
import dev.perene.port.LibvirtConnection;
import dev.perene.port.LibvirtConnector;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.LiveEdit;
import dev.perene.port.TimeSource;
import dev.perene.port.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Carries out commands on one host, one after the other, over a connection of its own, and shows their progress in the
 * host's picture. It never repeats a command by itself: that is a decision. Nor does it carry out an old decision: an
 * operator that was stopped for a while must not wake up and start a guest that runs elsewhere by now (I4).
 */
final class CommandQueue {
    /** Less than a Lease lasts, so that no other operator has begun to lead. */
    private static final Duration DECISION_KEEPS = Duration.ofSeconds(4);

    private final String host;
    private final HypervisorSpec spec;
    private final LibvirtConnector connector;
    private final Worker worker;
    private final TimeSource time;
    private final HostPicture picture;
    private final Journal journal;
    private @Nullable LibvirtConnection connection;

    CommandQueue(
            String host,
            HypervisorSpec spec,
            LibvirtConnector connector,
            Worker worker,
            TimeSource time,
            HostPicture picture,
            Journal journal) {
        this.host = host;
        this.spec = spec;
        this.connector = connector;
        this.worker = worker;
        this.time = time;
        this.picture = picture;
        this.journal = journal;
    }

    /** Takes a command unless one for the same domain is under way. */
    boolean submit(DomainCommand command) {
        Optional<CommandProgress> before;
        Duration decided = time.monotonic();
        synchronized (this) {
            before = picture.current().progress(command.uuid());
            if (before.orElse(null) instanceof InFlight) {
                return false;
            }
            picture.command(
                    command.uuid(),
                    Optional.of(new InFlight(command.withoutFiles(), decided, sameKindFailed(command, before))));
        }
        worker.run(() -> carryOut(command, decided, before));
        return true;
    }

    /** Takes nothing more and frees the connection once the command under way has ended. */
    void close() {
        worker.run(() -> {
            disconnect();
            worker.close();
        });
    }

    private void carryOut(DomainCommand command, Duration decided, Optional<CommandProgress> before) {
        Duration began = time.monotonic();
        try {
            LibvirtConnection open = connected();
            if (!apply(open, command, decided)) {
                picture.command(command.uuid(), before);
                note(command, "dropped", "it was decided too long ago, it is decided anew", began);
                return;
            }
            Duration asked = time.monotonic();
            picture.domainSeen(command.uuid(), open.domain(command.uuid()), asked);
            picture.command(command.uuid(), Optional.of(ended(open, command, before)));
            note(command, "done", "", began);
        } catch (LibvirtFailure failure) {
            if (failure.kind() == LibvirtFailure.Kind.Unreachable) {
                disconnect();
            }
            picture.command(command.uuid(), Optional.of(failed(command, before, failure)));
            note(command, "failed", String.valueOf(failure.getMessage()), began);
        }
    }

    /** Whether it was carried out; not when the decision is too old. */
    private boolean apply(LibvirtConnection open, DomainCommand command, Duration decided) throws LibvirtFailure {
        UUID uuid = command.uuid();
        if (tooOld(decided)) {
            return false;
        }
        try {
            switch (command) {
                case DomainCommand.Start start -> {
                    prepare(open, start);
                    open.define(start.definition());
                    if (tooOld(decided)) {
                        return false;
                    }
                    Duration began = time.monotonic();
                    open.start(uuid);
                    journal.write(new Journal.Entry(
                            "Domain " + uuid,
                            Optional.of(host),
                            "create",
                            "done",
                            "",
                            Optional.of(time.monotonic().minus(began))));
                }
                case DomainCommand.Shutdown(UUID ignored) -> open.shutdown(uuid);
                case DomainCommand.Destroy(UUID ignored) -> open.destroy(uuid);
                case DomainCommand.Define(UUID ignored, String definition) -> open.define(definition);
                case DomainCommand.Edit(UUID ignored, List<LiveEdit> edits) -> edit(open, uuid, edits);
                case DomainCommand.Claim claim -> claim(open, claim);
                case DomainCommand.Release(UUID ignored) -> open.tag(uuid, Optional.empty());
                case DomainCommand.Undefine(UUID ignored) -> {
                    mustBeInactive(open, uuid);
                    open.removeFiles(uuid);
                    open.undefine(uuid);
                }
                case DomainCommand.FetchVariables(UUID ignored) -> mustBeInactive(open, uuid);
                case DomainCommand.Place place -> place(open, place);
            }
        } catch (LibvirtFailure failure) {
            if (!alreadySo(open, command, failure)) {
                throw failure;
            }
        }
        return true;
    }

    /** One edit that is refused keeps no other from being made. */
    private static void edit(LibvirtConnection open, UUID uuid, List<LiveEdit> edits) throws LibvirtFailure {
        List<String> refusals = new ArrayList<>();
        for (LiveEdit edit : edits) {
            try {
                open.edit(uuid, edit);
            } catch (LibvirtFailure failure) {
                if (failure.kind() == LibvirtFailure.Kind.Unreachable) {
                    throw failure;
                }
                refusals.add(String.valueOf(failure.getMessage()));
            }
        }
        if (!refusals.isEmpty()) {
            throw new LibvirtFailure(LibvirtFailure.Kind.Refused, String.join("; ", refusals));
        }
    }

    /** Commands of a host follow each other, so that of two VMs that claim one domain the second finds the first's tag. */
    private static void claim(LibvirtConnection open, DomainCommand.Claim claim) throws LibvirtFailure {
        Optional<UUID> owner =
                open.domain(claim.uuid()).flatMap(DomainObservation::tag).map(DomainTag::uid);
        boolean free = owner.isEmpty() || owner.get().equals(claim.tag().uid()) || owner.equals(claim.instead());
        if (!free) {
            throw new LibvirtFailure(
                    LibvirtFailure.Kind.Refused,
                    "the domain belongs to another VirtualMachine, its UID is " + owner.get());
        }
        open.tag(claim.uuid(), Optional.of(claim.tag()));
    }

    /** Variables without a definition beside them are of unknown origin, perhaps half written: libvirt makes new ones. */
    private static void prepare(LibvirtConnection open, DomainCommand.Start start) throws LibvirtFailure {
        if (start.firmware()) {
            if (open.domain(start.uuid()).isEmpty()) {
                open.removeFiles(start.uuid());
            }
            open.makeFolder();
        }
        for (Map.Entry<HostFile, FileContent> file : start.files().entrySet()) {
            open.putFile(file.getKey(), file.getValue());
        }
    }

    private static void place(LibvirtConnection open, DomainCommand.Place place) throws LibvirtFailure {
        mustBeInactive(open, place.uuid());
        if (open.domain(place.uuid()).isPresent()) {
            open.undefine(place.uuid());
        }
        open.removeFiles(place.uuid());
        if (place.variables().isPresent()) {
            open.putFile(
                    new HostFile(place.uuid(), HostFile.Kind.Nvram),
                    place.variables().get());
        }
        open.define(place.definition());
    }

    private static void mustBeInactive(LibvirtConnection open, UUID uuid) throws LibvirtFailure {
        if (open.domain(uuid).filter(domain -> domain.state().active()).isPresent()) {
            throw new LibvirtFailure(LibvirtFailure.Kind.WrongState, "the domain is active");
        }
    }

    private boolean tooOld(Duration decided) {
        return time.monotonic().minus(decided).compareTo(DECISION_KEEPS) > 0;
    }

    /** Whether a refused command asked for what is already the case. */
    private static boolean alreadySo(LibvirtConnection open, DomainCommand command, LibvirtFailure failure)
            throws LibvirtFailure {
        if (failure.kind() != LibvirtFailure.Kind.WrongState && failure.kind() != LibvirtFailure.Kind.NoSuchDomain) {
            return false;
        }
        boolean active = open.domain(command.uuid())
                .filter(domain -> domain.state().active())
                .isPresent();
        return switch (command) {
            case DomainCommand.Start start -> active;
            case DomainCommand.Shutdown shutdown -> !active;
            case DomainCommand.Destroy destroy -> !active;
            case DomainCommand.Undefine undefine -> open.domain(command.uuid()).isEmpty();
            case DomainCommand.Release release -> open.domain(command.uuid()).isEmpty();
            case DomainCommand.Define define -> false;
            case DomainCommand.Edit edit -> false;
            case DomainCommand.Claim claim -> false;
            case DomainCommand.FetchVariables fetch -> false;
            case DomainCommand.Place place -> false;
        };
    }

    private CommandProgress ended(LibvirtConnection open, DomainCommand command, Optional<CommandProgress> before)
            throws LibvirtFailure {
        if (command instanceof DomainCommand.FetchVariables) {
            Optional<FileContent> variables = open.file(new HostFile(command.uuid(), HostFile.Kind.Nvram));
            return new Fetched(command, time.monotonic(), variables);
        }
        return done(command, before);
    }

    private Done done(DomainCommand command, Optional<CommandProgress> before) {
        Duration now = time.monotonic();
        Duration first = before.orElse(null) instanceof Done(DomainCommand earlier, Duration at, Duration since)
                        && earlier.getClass() == command.getClass()
                ? since
                : now;
        return new Done(command.withoutFiles(), now, first);
    }

    private Failed failed(DomainCommand command, Optional<CommandProgress> before, LibvirtFailure failure) {
        int inARow = sameKindFailed(command, before)
                .map(earlier -> earlier.inARow() + 1)
                .orElse(1);
        return new Failed(
                command.withoutFiles(), time.monotonic(), inARow, failure.kind(), String.valueOf(failure.getMessage()));
    }

    private static Optional<Failed> sameKindFailed(DomainCommand command, Optional<CommandProgress> before) {
        return before.orElse(null) instanceof Failed earlier
                        && earlier.command().getClass() == command.getClass()
                ? Optional.of(earlier)
                : Optional.empty();
    }

    private LibvirtConnection connected() throws LibvirtFailure {
        LibvirtConnection open = connection;
        if (open == null) {
            open = connector.open(spec, LibvirtConnector.Listener.NONE);
            connection = open;
        }
        return open;
    }

    private void disconnect() {
        LibvirtConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }

    private void note(DomainCommand command, String outcome, String reason, Duration began) {
        journal.write(new Journal.Entry(
                "Domain " + command.uuid(),
                Optional.of(host),
                command.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT),
                outcome,
                reason,
                Optional.of(time.monotonic().minus(began))));
    }
}
