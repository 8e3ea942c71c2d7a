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
    private final Map<UUID, Set<String>> watchedPaths = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Listener everybody = new Everybody();

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
    public void watchPaths(UUID virtualMachine, Set<String> paths) {
        Set<String> before = paths.isEmpty()
                ? watchedPaths.remove(virtualMachine)
                : watchedPaths.put(virtualMachine, Set.copyOf(paths));
        if (!paths.equals(before == null ? Set.of() : before)) {
            monitors.values().forEach(monitor -> monitor.shell().lookNow());
        }
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
                new ShellWatch(spec, shell, workers.worker("shell-" + name), picture, this::allWatchedPaths),
                new AddressWatch(spec, probe, workers.worker("address-" + name), time, picture));
    }

    private Set<String> allWatchedPaths() {
        return watchedPaths.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
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
