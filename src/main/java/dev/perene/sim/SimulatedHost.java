package dev.perene.sim;

import dev.perene.port.HostFacts;
import dev.perene.port.ShellObservation.PathKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A machine: its power, its network link, its SSH and libvirt daemons, its memory, disks and bridges. Safe for use by
 * several threads.
 */
public final class SimulatedHost {
    /** How long a machine takes from power to its daemons. */
    public static final Duration BOOT = Duration.ofSeconds(20);

    private final String name;
    private final String address;
    private final Timeline world;
    private final WorldListener listener;
    private final Map<String, PathKind> paths = new TreeMap<>();
    private final Set<String> bridges = new TreeSet<>(Set.of("br0"));
    private final LibvirtDaemon libvirt;
    private final Guests guests;
    private final HostFolder folder;

    private HostFacts facts;
    private boolean powered = true;
    private boolean linked = true;
    private boolean shell = true;
    private boolean refusing;
    private boolean firmware = true;
    private int boots = 1;

    /**
     * A machine that runs.
     *
     * @param name for people
     * @param address of its management link
     * @param facts what it is
     * @param world the time that passes for it
     * @param listener told of what happens to it
     */
    public SimulatedHost(String name, String address, HostFacts facts, Timeline world, WorldListener listener) {
        this.name = name;
        this.address = address;
        this.facts = facts;
        this.world = world;
        this.listener = listener;
        this.folder = new HostFolder(what -> listener.hostChanged(name, what));
        DomainTable table = new DomainTable(this::objection, new DomainTable.Effects() {
            @Override
            public void event(UUID domain, LifecycleEvent event, String detail) {
                listener.domainEvent(name, domain, event, detail);
                daemon().tell(domain);
            }

            @Override
            public void state(SimulatedDomain domain) {
                listener.domainState(
                        name,
                        domain.uuid,
                        domain.active() || domain.defined != null ? Optional.of(domain.state) : Optional.empty(),
                        domain.reason);
            }
        });
        this.guests = new Guests(table, world);
        this.libvirt = new LibvirtDaemon(this, table, guests, world, listener);
    }

    private LibvirtDaemon daemon() {
        return libvirt;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** The address of its management link. */
    public String address() {
        return address;
    }

    /** Its libvirt. */
    public LibvirtDaemon libvirt() {
        return libvirt;
    }

    /** Its guests. */
    public Guests guests() {
        return guests;
    }

    /** The folder for Perene's own files. */
    public HostFolder folder() {
        return folder;
    }

    /** Has UEFI firmware for guests, or has none. */
    public synchronized void firmware(boolean installed) {
        firmware = installed;
        listener.hostChanged(name, installed ? "has UEFI firmware" : "has no UEFI firmware");
    }

    /** Whether it has UEFI firmware for guests. */
    synchronized boolean hasFirmware() {
        return firmware;
    }

    /** What it is. */
    public synchronized HostFacts facts() {
        return facts;
    }

    /** Another machine id, as of a clone. */
    public synchronized void machineId(String machineId) {
        facts = new HostFacts(
                machineId,
                facts.cpus(),
                facts.memoryBytes(),
                facts.libvirtVersion(),
                facts.hypervisorVersion(),
                facts.accelerated());
    }

    /** The id of the kernel's present boot. */
    public synchronized String bootId() {
        return new UUID(name.hashCode(), boots).toString();
    }

    /** Whether packets reach it. */
    public synchronized boolean reachable() {
        return powered && linked;
    }

    /** Whether somebody can log in. */
    public synchronized boolean takesLogins() {
        return powered && linked && shell;
    }

    /** Whether it has power. */
    public synchronized boolean powered() {
        return powered;
    }

    /** Whether its daemons know the operator's key. */
    public synchronized boolean refusing() {
        return refusing;
    }

    /** Power loss: everything on it ends at once, and nobody is told. */
    public void powerOff() {
        synchronized (this) {
            powered = false;
        }
        listener.hostChanged(name, "loses its power");
        libvirt.powerLost();
    }

    /** Power returns; after {@link #BOOT} its daemons are up. */
    public void powerOn() {
        listener.hostChanged(name, "boots");
        world.after(BOOT, () -> {
            synchronized (this) {
                powered = true;
                boots++;
            }
            libvirt.start();
        });
    }

    /** Unplugs or plugs in its management link. */
    public void linked(boolean plugged) {
        synchronized (this) {
            linked = plugged;
        }
        listener.hostChanged(name, plugged ? "is plugged in" : "is unplugged");
        if (!plugged) {
            libvirt.keepaliveMissing();
        }
    }

    /** Starts or stops sshd. */
    public synchronized void shell(boolean running) {
        shell = running;
        listener.hostChanged(name, running ? "takes logins" : "takes no logins");
    }

    /** Has its daemons refuse the operator's key, or take it again. */
    public void refuse(boolean refused) {
        synchronized (this) {
            refusing = refused;
        }
        listener.hostChanged(name, refused ? "refuses the operator's key" : "takes the operator's key");
    }

    /** Puts something under a path, or takes it away. */
    public synchronized void path(String path, @Nullable PathKind kind) {
        if (kind == null) {
            paths.remove(path);
        } else {
            paths.put(path, kind);
        }
        listener.hostChanged(name, kind == null ? "has no " + path : "has " + path);
    }

    /** What is under a path. */
    public synchronized Optional<PathKind> path(String path) {
        return Optional.ofNullable(paths.get(path));
    }

    /** Makes a bridge, or removes it. */
    public synchronized void bridge(String bridge, boolean there) {
        if (there) {
            bridges.add(bridge);
        } else {
            bridges.remove(bridge);
        }
        listener.hostChanged(name, there ? "has bridge " + bridge : "has no bridge " + bridge);
    }

    /** Why QEMU cannot be started there. */
    private synchronized Optional<String> objection(DomainForm form, long memoryInUse) {
        List<String> missing = form.paths().stream()
                .filter(path -> !paths.containsKey(path) && !folder.has(path))
                .toList();
        if (!missing.isEmpty()) {
            return Optional.of("Cannot access storage file '" + missing.getFirst() + "': No such file or directory");
        }
        Optional<String> bridge =
                form.bridges().stream().filter(each -> !bridges.contains(each)).findFirst();
        if (bridge.isPresent()) {
            return Optional.of("Cannot get interface MTU on '" + bridge.get() + "': No such device");
        }
        if (form.nvram().isPresent() && !folder.there()) {
            return Optional.of("Failed to create file '" + form.nvram().get() + ".new': No such file or directory");
        }
        form.nvram().ifPresent(folder::makeVariables);
        return form.memoryBytes() + memoryInUse > facts.memoryBytes()
                ? Optional.of("internal error: process exited while connecting to monitor: cannot set up guest memory"
                        + " 'pc.ram': Cannot allocate memory")
                : Optional.empty();
    }
}
