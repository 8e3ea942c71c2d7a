package dev.perene.host;

import dev.perene.api.Hypervisor;
import dev.perene.api.HypervisorSpec;
import dev.perene.port.AddressProbe;
import dev.perene.port.DomainCommand;
import dev.perene.port.HostInventory;
import dev.perene.port.HostObservation;
import dev.perene.port.HostShell;
import dev.perene.port.Journal;
import dev.perene.port.LibvirtConnector;
import dev.perene.port.TimeSource;
import dev.perene.port.Worker;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * Keeps one monitor for every declared host: four workers each, so that a dead or slow host holds up nobody else. It
 * decides nothing about VMs.
 */
public final class HostMonitors implements HostInventory {
    private final LibvirtConnector connector;
    private final HostShell shell;
    private final AddressProbe probe;
    private final Worker.Source workers;
    private final TimeSource time;
    private final Journal journal;
    private final Map<String, Monitor> monitors = new ConcurrentHashMap<>();
    private final Map<UUID, Watched> watchedPaths = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Listener everybody = new Everybody();

    /** Paths that a VM needs, on one host or on all. */
    private record Watched(Set<String> paths, Optional<String> onlyOn) {
        private static final Watched NOTHING = new Watched(Set.of(), Optional.empty());

        boolean on(String host) {
            return onlyOn.isEmpty() || onlyOn.get().equals(host);
        }
    }

    private record Monitor(
            String precedence,
            HypervisorSpec spec,
            HostPicture picture,
            DomainWatch domains,
            CommandQueue commands,
            ShellWatch shell,
            AddressWatch address) {
        void close() {
            domains.close();
            commands.close();
            shell.close();
            address.close();
        }
    }

    /** Monitors nothing until hosts are declared. */
    public HostMonitors(
            LibvirtConnector connector,
            HostShell shell,
            AddressProbe probe,
            Worker.Source workers,
            TimeSource time,
            Journal journal) {
        this.connector = connector;
        this.shell = shell;
        this.probe = probe;
        this.workers = workers;
        this.time = time;
        this.journal = journal;
    }

    /** Begins to monitor a host, or begins anew when the way to reach it changed. */
    public synchronized void declare(Hypervisor hypervisor) {
        String name = hypervisor.getMetadata().getName();
        Monitor running = monitors.get(name);
        if (running != null && sameWay(running.spec(), hypervisor.getSpec())) {
            return;
        }
        if (running != null) {
            running.close();
        }
        Monitor monitor = monitor(hypervisor);
        monitors.put(name, monitor);
        monitor.domains().start();
        monitor.shell().start();
        monitor.address().start();
    }

    /** Stops monitoring a host. Its guests are not touched. */
    public synchronized void withdraw(String name) {
        Monitor gone = monitors.remove(name);
        if (gone != null) {
            gone.close();
            compareMachineIds();
            everybody.hostChanged(name);
        }
    }

    /** Stops monitoring all hosts. */
    public synchronized void close() {
        Set.copyOf(monitors.keySet()).forEach(this::withdraw);
    }

    @Override
    public Collection<HostObservation> hosts() {
        return monitors.values().stream()
                .map(monitor -> monitor.picture().current())
                .toList();
    }

    @Override
    public Optional<HostObservation> host(String name) {
        return Optional.ofNullable(monitors.get(name))
                .map(monitor -> monitor.picture().current());
    }

    @Override
    public boolean submit(String host, DomainCommand command) {
        Monitor monitor = monitors.get(host);
        return monitor != null && monitor.commands().submit(command);
    }

    @Override
    public void watchPaths(UUID virtualMachine, Set<String> paths, Optional<String> onlyOn) {
        Watched wanted = new Watched(Set.copyOf(paths), onlyOn);
        Watched before =
                paths.isEmpty() ? watchedPaths.remove(virtualMachine) : watchedPaths.put(virtualMachine, wanted);
        Watched known = before == null ? Watched.NOTHING : before;
        monitors.forEach((host, monitor) -> {
            boolean seen = known.on(host) && known.paths().containsAll(paths);
            if (wanted.on(host) && !seen) {
                monitor.shell().lookSoon();
            }
        });
    }

    @Override
    public void subscribe(Listener listener) {
        listeners.add(listener);
    }

    private Monitor monitor(Hypervisor hypervisor) {
        String name = hypervisor.getMetadata().getName();
        HypervisorSpec spec = hypervisor.getSpec();
        HostPicture picture = new HostPicture(name, time, everybody);
        return new Monitor(
                hypervisor.getMetadata().getCreationTimestamp() + "/" + name,
                spec,
                picture,
                new DomainWatch(spec, connector, workers.worker("domains-" + name), time, picture),
                new CommandQueue(name, spec, connector, workers.worker("commands-" + name), time, picture, journal),
                new ShellWatch(spec, shell, workers.worker("shell-" + name), picture, () -> watchedPaths(name)),
                new AddressWatch(spec, probe, workers.worker("address-" + name), time, picture));
    }

    private Set<String> watchedPaths(String host) {
        return watchedPaths.values().stream()
                .filter(watched -> watched.on(host))
                .flatMap(watched -> watched.paths().stream())
                .collect(Collectors.toSet());
    }

    private static boolean sameWay(HypervisorSpec one, HypervisorSpec other) {
        return one.libvirtURI().equals(other.libvirtURI())
                && one.ssh().equals(other.ssh())
                && one.addresses().equals(other.addresses());
    }

    private void compareMachineIds() {
        Map<String, String> machines = monitors.entrySet().stream()
                .filter(entry -> entry.getValue().picture().current().facts().isPresent())
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue()
                        .picture()
                        .current()
                        .facts()
                        .orElseThrow()
                        .machineId()));
        Map<String, String> precedence = monitors.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().precedence()));
        Map<String, String> duplicates = MachineIdentity.duplicates(machines, precedence);
        monitors.forEach((name, monitor) -> {
            Optional<String> older = Optional.ofNullable(duplicates.get(name));
            if (!older.equals(monitor.picture().current().duplicateOf())) {
                monitor.picture().duplicateOf(older);
            }
        });
    }

    private final class Everybody implements Listener {
        @Override
        public void domainsChanged(String host, Set<UUID> domains) {
            listeners.forEach(listener -> listener.domainsChanged(host, domains));
        }

        @Override
        public void hostChanged(String host) {
            compareMachineIds();
            listeners.forEach(listener -> listener.hostChanged(host));
        }
    }
}
