package dev.perene.sim;

import dev.perene.port.DomainObservation;
import dev.perene.port.LibvirtConnector.Listener;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.LiveEdit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** libvirtd on one host: whether it answers, its connections, and the faults that were ordered. */
public final class LibvirtDaemon {
    /** A dead peer is noticed after so long. */
    static final Duration KEEPALIVE = Duration.ofSeconds(2);

    private final SimulatedHost host;
    private final DomainTable table;
    private final Guests guests;
    private final Timeline world;
    private final WorldListener listener;
    private final FaultOrders faults = new FaultOrders();
    private final List<SimulatedConnection> connections = new CopyOnWriteArrayList<>();
    private volatile Condition condition = Condition.Running;
    private volatile Duration latency = Duration.ofMillis(1);
    private volatile Duration startTakes = Duration.ofMillis(250);

    /** Whether it answers. */
    enum Condition {
        Running,
        /** The process is not there; its port refuses. */
        Stopped,
        /** SIGSTOP: the kernel takes connections for it, and nothing answers, not even keepalives. */
        Frozen,
        /** Its workers wait for something: keepalives are answered, calls are not. */
        Stuck
    }

    LibvirtDaemon(SimulatedHost host, DomainTable table, Guests guests, Timeline world, WorldListener listener) {
        this.host = host;
        this.table = table;
        this.guests = guests;
        this.world = world;
        this.listener = listener;
    }

    /**
     * Orders a fault for the next calls of a kind: define, start, shutdown, destroy, undefine, domain, domains, facts,
     * makeFolder, putFile, file, removeFiles.
     */
    public void next(String call, Fault fault, int times) {
        faults.add(call, fault, times);
    }

    /** Takes all ordered faults back. */
    public void heal() {
        faults.clear();
    }

    /** How long every call takes. */
    public void latency(Duration duration) {
        latency = duration;
    }

    /** How long QEMU takes until its CPUs run. */
    public void startTakes(Duration duration) {
        startTakes = duration;
    }

    /** Stops the daemon. QEMU processes go on. */
    public void stop() {
        condition = Condition.Stopped;
        listener.hostChanged(host.name(), "has no libvirtd");
        connections.forEach(connection -> connection.lose("the connection to libvirt ended: eof"));
    }

    /** Starts the daemon; it finds the QEMU processes again. */
    public void start() {
        table.daemonRestarted();
        condition = Condition.Running;
        listener.hostChanged(host.name(), "has libvirtd again");
    }

    /** SIGSTOP. */
    public void freeze() {
        condition = Condition.Frozen;
        listener.hostChanged(host.name(), "has a frozen libvirtd");
        keepaliveMissing();
    }

    /** Calls wait, keepalives are answered. */
    public void stick() {
        condition = Condition.Stuck;
        listener.hostChanged(host.name(), "has a stuck libvirtd");
    }

    /** Answers again. */
    public void thaw() {
        condition = Condition.Running;
        listener.hostChanged(host.name(), "has a libvirtd that answers again");
    }

    /** All domains as they are, whoever can see them. */
    public List<DomainObservation> domains() {
        return table.list(world.monotonic());
    }

    /** What a person does on the host itself: {@code virsh define}. */
    public void define(String xml) throws LibvirtFailure {
        table.define(DomainForm.parse(xml));
    }

    /** What a person does on the host itself: {@code virsh start}; returns when its CPUs run. */
    public void start(UUID uuid) throws LibvirtFailure {
        int incarnation = table.beginStart(uuid);
        finishStart(uuid, incarnation);
    }

    /** What a person does on the host itself: {@code virsh destroy}. */
    public void destroy(UUID uuid) throws LibvirtFailure {
        table.destroy(uuid);
    }

    /** What a person does on the host itself: {@code virsh undefine}. */
    public void undefine(UUID uuid) throws LibvirtFailure {
        table.undefine(uuid);
    }

    /** What a person does on the host itself: {@code virsh managedsave}. */
    public void save(UUID uuid) throws LibvirtFailure {
        table.save(uuid);
    }

    /** What a person does on the host itself: {@code virsh setvcpus --live} and the like. */
    public void edit(UUID uuid, LiveEdit edit) throws LibvirtFailure {
        table.edit(uuid, edit);
        tell(uuid);
    }

    /** What a person does on the host itself: {@code virsh domrename}. */
    public void rename(UUID uuid, String name) throws LibvirtFailure {
        table.rename(uuid, name);
    }

    Condition condition() {
        return condition;
    }

    Duration latency() {
        return latency;
    }

    DomainTable table() {
        return table;
    }

    Guests guests() {
        return guests;
    }

    WorldListener listener() {
        return listener;
    }

    Optional<Fault> nextFault(String call) {
        return faults.next(call);
    }

    /** Whether a call that arrives now is worked on. */
    boolean answers() {
        return host.reachable() && condition == Condition.Running;
    }

    SimulatedConnection connect(Timeline process, Listener told) {
        SimulatedConnection connection = new SimulatedConnection(host, this, process, told);
        connections.add(connection);
        return connection;
    }

    void closed(SimulatedConnection connection) {
        connections.remove(connection);
    }

    /** Begins a start that ends in the world, whatever becomes of the caller. */
    AtomicReference<StartOutcome> startInTheWorld(UUID uuid) throws LibvirtFailure {
        int incarnation = table.beginStart(uuid);
        AtomicReference<StartOutcome> outcome = new AtomicReference<>(StartOutcome.UnderWay);
        world.after(
                startTakes, () -> outcome.set(finishStart(uuid, incarnation) ? StartOutcome.Runs : StartOutcome.Died));
        return outcome;
    }

    /** What became of a start. */
    enum StartOutcome {
        UnderWay,
        Runs,
        Died
    }

    private boolean finishStart(UUID uuid, int incarnation) {
        boolean runs = table.finishStart(uuid, incarnation);
        if (runs) {
            guests.begun(uuid);
        }
        return runs;
    }

    /** Tells all listening connections of a changed domain. */
    void tell(UUID domain) {
        if (condition != Condition.Stopped) {
            connections.forEach(connection -> connection.tell(domain));
        }
    }

    void powerLost() {
        condition = Condition.Stopped;
        table.powerLost();
        keepaliveMissing();
    }

    /** Nothing answers keepalives; connections that this lasts for are lost. */
    void keepaliveMissing() {
        List<SimulatedConnection> waiting = List.copyOf(connections);
        world.after(KEEPALIVE, () -> {
            if (!host.reachable() || condition == Condition.Frozen || condition == Condition.Stopped) {
                waiting.forEach(connection -> connection.lose("the connection to libvirt ended: keepalive"));
            }
        });
    }
}
