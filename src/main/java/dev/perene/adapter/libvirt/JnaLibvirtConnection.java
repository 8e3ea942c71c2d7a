package dev.perene.adapter.libvirt;

import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import dev.perene.port.DomainDescription;
import dev.perene.port.DomainObservation;
import dev.perene.port.DomainObservation.Details;
import dev.perene.port.DomainState;
import dev.perene.port.DomainTag;
import dev.perene.port.FileContent;
import dev.perene.port.HostFacts;
import dev.perene.port.HostFile;
import dev.perene.port.LibvirtConnection;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.LiveEdit;
import dev.perene.port.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.libvirt.NodeInfo;

/**
 * One connection to a real libvirt. It remembers what seldom changes about domains (name, size, tag) until told that it
 * did, so that a look at all of them is one question.
 */
final class JnaLibvirtConnection implements LibvirtConnection {
    private static final int FORCE_BOOT = 1 << 3;
    private static final int UNDEFINE_EVERYTHING = 1 | 1 << 1 | 1 << 2 | 1 << 4;
    private static final int METADATA_ELEMENT = 2;
    private static final String METADATA_KEY = "perene";
    private static final int LIVE = 1;
    private static final int DEFINITION = 1 << 1;
    private static final int XML_OF_DEFINITION = 1 << 1;
    private static final int UUID_BYTES = 37;

    private final OpenConnect connect;
    private final TimeSource time;
    private final boolean remembers;
    private final Runnable onClose;
    private final Map<UUID, Details> details = new ConcurrentHashMap<>();
    private int looks;
    private final StorageFolder folder;

    JnaLibvirtConnection(OpenConnect connect, TimeSource time, boolean remembers, Runnable onClose) {
        this.connect = connect;
        this.time = time;
        this.remembers = remembers;
        this.onClose = onClose;
        this.folder = new StorageFolder(connect);
    }

    /** Called by the event thread: what is remembered about a domain may be wrong now. */
    void changed(UUID uuid) {
        details.remove(uuid);
    }

    @Override
    public HostFacts facts() throws LibvirtFailure {
        try {
            NodeInfo node = connect.nodeInfo();
            HostCapabilities capabilities = HostCapabilities.parse(connect.getCapabilities());
            return new HostFacts(
                    capabilities.machineId(),
                    node.cpus,
                    node.memory * 1024,
                    version(connect.getLibVersion()),
                    version(connect.getVersion()),
                    capabilities.accelerated());
        } catch (LibvirtException exception) {
            throw Failures.during(connect, exception);
        }
    }

    @Override
    public List<DomainObservation> domains() throws LibvirtFailure {
        Duration asked = time.monotonic();
        PointerByReference list = new PointerByReference();
        int count = LibvirtCalls.INSTANCE.virConnectGetAllDomainStats(connect.pointer(), LibvirtCalls.STATE, list, 0);
        List<DomainObservation> domains = observations(count, list, asked);
        details.keySet().retainAll(domains.stream().map(DomainObservation::uuid).toList());
        forgetOne(domains);
        return domains;
    }

    /** libvirt tells nobody of most changes to a running domain's hardware, so each one is learned anew from time to time. */
    private void forgetOne(List<DomainObservation> domains) {
        if (!domains.isEmpty()) {
            details.remove(domains.get(Math.floorMod(looks++, domains.size())).uuid());
        }
    }

    @Override
    public Optional<DomainObservation> domain(UUID uuid) throws LibvirtFailure {
        Duration asked = time.monotonic();
        Pointer domain = LibvirtCalls.INSTANCE.virDomainLookupByUUIDString(connect.pointer(), uuid.toString());
        if (domain == null) {
            return absentOrFailed();
        }
        try {
            PointerByReference list = new PointerByReference();
            int count = LibvirtCalls.INSTANCE.virDomainListGetStats(
                    new Pointer[] {domain, null}, LibvirtCalls.STATE, list, 0);
            return observations(count, list, asked).stream().findFirst();
        } finally {
            LibvirtCalls.INSTANCE.virDomainFree(domain);
        }
    }

    @Override
    public void define(String xml) throws LibvirtFailure {
        try {
            connect.domainDefineXML(xml).free();
        } catch (LibvirtException exception) {
            throw Failures.during(connect, exception);
        }
    }

    @Override
    public void start(UUID uuid) throws LibvirtFailure {
        onDomain(uuid, domain -> domain.create(FORCE_BOOT));
    }

    @Override
    public void shutdown(UUID uuid) throws LibvirtFailure {
        onDomain(uuid, Domain::shutdown);
    }

    @Override
    public void destroy(UUID uuid) throws LibvirtFailure {
        onDomain(uuid, Domain::destroy);
    }

    @Override
    public void undefine(UUID uuid) throws LibvirtFailure {
        onDomain(uuid, domain -> domain.undefine(UNDEFINE_EVERYTHING));
    }

    @Override
    public void edit(UUID uuid, LiveEdit edit) throws LibvirtFailure {
        onPointer(uuid, domain -> switch (edit) {
            case LiveEdit.Vcpus(int count) -> LibvirtCalls.INSTANCE.virDomainSetVcpusFlags(domain, count, LIVE);
            case LiveEdit.Memory(long bytes) ->
                LibvirtCalls.INSTANCE.virDomainSetMemoryFlags(domain, new NativeLong(bytes >> 10), LIVE);
            case LiveEdit.Attach(String device) ->
                LibvirtCalls.INSTANCE.virDomainAttachDeviceFlags(domain, device, LIVE);
            case LiveEdit.Update(String device) ->
                LibvirtCalls.INSTANCE.virDomainUpdateDeviceFlags(domain, device, LIVE);
        });
    }

    @Override
    public void tag(UUID uuid, Optional<DomainTag> tag) throws LibvirtFailure {
        onPointer(uuid, domain -> {
            int live = LibvirtCalls.INSTANCE.virDomainIsActive(domain) == 1 ? LIVE : 0;
            int definition = LibvirtCalls.INSTANCE.virDomainIsPersistent(domain) == 1 ? DEFINITION : 0;
            return LibvirtCalls.INSTANCE.virDomainSetMetadata(
                    domain,
                    METADATA_ELEMENT,
                    tag.map(TagElement::print).orElse(null),
                    METADATA_KEY,
                    DomainTag.NAMESPACE,
                    live | definition);
        });
    }

    @Override
    public void makeFolder() throws LibvirtFailure {
        folder.make();
    }

    @Override
    public void putFile(HostFile file, FileContent content) throws LibvirtFailure {
        folder.put(file.name(), content.bytes());
    }

    @Override
    public Optional<FileContent> file(HostFile file) throws LibvirtFailure {
        return folder.read(file.name()).map(FileContent::of);
    }

    @Override
    public void removeFiles(UUID owner) throws LibvirtFailure {
        List<String> names = Stream.of(HostFile.Kind.values())
                .map(kind -> new HostFile(owner, kind).name())
                .toList();
        folder.remove(names);
    }

    @Override
    public void close() {
        onClose.run();
        try {
            connect.close();
        } catch (LibvirtException alreadyGone) {
            // The connection is given up either way; libvirt frees it with its last reference.
        }
    }

    private interface DomainCall {
        void on(Domain domain) throws LibvirtException;
    }

    private void onDomain(UUID uuid, DomainCall call) throws LibvirtFailure {
        try {
            Domain domain = connect.domainLookupByUUIDString(uuid.toString());
            try {
                call.on(domain);
            } finally {
                domain.free();
            }
        } catch (LibvirtException exception) {
            throw Failures.during(connect, exception);
        }
    }

    private interface PointerCall {
        /** Negative when it failed. */
        int on(Pointer domain);
    }

    private void onPointer(UUID uuid, PointerCall call) throws LibvirtFailure {
        Pointer domain = LibvirtCalls.INSTANCE.virDomainLookupByUUIDString(connect.pointer(), uuid.toString());
        if (domain == null) {
            throw Failures.last(connect);
        }
        try {
            if (call.on(domain) < 0) {
                throw Failures.last(connect);
            }
        } finally {
            LibvirtCalls.INSTANCE.virDomainFree(domain);
        }
    }

    private Optional<DomainObservation> absentOrFailed() throws LibvirtFailure {
        LibvirtFailure failure = Failures.last(connect);
        if (failure.kind() == LibvirtFailure.Kind.NoSuchDomain) {
            return Optional.empty();
        }
        throw failure;
    }

    private List<DomainObservation> observations(int count, PointerByReference list, Duration asked)
            throws LibvirtFailure {
        if (count < 0) {
            throw Failures.last(connect);
        }
        try {
            List<DomainObservation> domains = new ArrayList<>();
            for (int index = 0; index < count; index++) {
                StatsRecords stats = StatsRecords.read(list.getValue().getPointer((long) index * Native.POINTER_SIZE));
                observation(stats, asked).ifPresent(domains::add);
            }
            return domains;
        } finally {
            LibvirtCalls.INSTANCE.virDomainStatsRecordListFree(list.getValue());
        }
    }

    private Optional<DomainObservation> observation(StatsRecords stats, Duration asked) throws LibvirtFailure {
        UUID uuid = uuid(stats.domain());
        Optional<Details> known = Optional.ofNullable(details.get(uuid));
        if (known.isEmpty()) {
            known = learn(stats.domain(), uuid);
        }
        DomainState state = StateReasons.state(stats.numbers().getOrDefault("state.state", 0));
        String reason = StateReasons.reason(state, stats.numbers().getOrDefault("state.reason", 0));
        return known.map(detail -> new DomainObservation(uuid, state, reason, detail, asked));
    }

    /** Asks for what seldom changes; empty when the domain vanished between two questions. */
    private Optional<Details> learn(Pointer domain, UUID uuid) throws LibvirtFailure {
        Duration asked = time.monotonic();
        Optional<DomainDescription> running = description(domain, uuid, 0);
        int persistent = LibvirtCalls.INSTANCE.virDomainIsPersistent(domain);
        Optional<DomainDescription> definition =
                persistent == 1 ? description(domain, uuid, XML_OF_DEFINITION) : Optional.empty();
        if (running.isEmpty() || persistent < 0 || persistent == 1 && definition.isEmpty()) {
            absentOrFailed();
            return Optional.empty();
        }
        Details learned = new Details(running.get(), definition, asked);
        if (remembers) {
            details.put(uuid, learned);
        }
        return Optional.of(learned);
    }

    private static Optional<DomainDescription> description(Pointer domain, UUID uuid, int flags) {
        Pointer text = LibvirtCalls.INSTANCE.virDomainGetXMLDesc(domain, flags);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(DomainDescription.read(text.getString(0, StandardCharsets.UTF_8.name())));
        } catch (IllegalArgumentException unreadable) {
            // Nothing that Perene made; all else on the host has to be seen all the same.
            return Optional.of(DomainDescription.unreadable(uuid));
        } finally {
            Native.free(Pointer.nativeValue(text));
        }
    }

    private static UUID uuid(Pointer domain) {
        byte[] text = new byte[UUID_BYTES];
        LibvirtCalls.INSTANCE.virDomainGetUUIDString(domain, text);
        return UUID.fromString(Native.toString(text, StandardCharsets.US_ASCII));
    }

    /** libvirt's versions are major × 1,000,000 + minor × 1,000 + release. */
    private static String version(long number) {
        return number / 1_000_000 + "." + number / 1_000 % 1_000 + "." + number % 1_000;
    }
}
