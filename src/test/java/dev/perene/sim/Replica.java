package dev.perene.sim;

import dev.perene.host.HostMonitors;
import dev.perene.host.HypervisorReconciler;
import dev.perene.port.Journal;
import dev.perene.vm.HAPolicyReconciler;
import dev.perene.vm.VirtualMachineReconciler;
import java.time.Duration;

/** One operator's process with the real monitors and reconcilers in it. */
final class Replica {
    private static final Duration CACHES_FILL = Duration.ofMillis(10);

    private final SimulatedProcess process;
    private final HostMonitors monitors;

    Replica(SimulatedProcess process, SimulatedNetwork network, SimulatedStore server, Journal journal) {
        this.process = process;
        StoreClient store = server.client(process.name(), process);
        SimulatedNetwork.Access access = network.from(process);
        this.monitors = new HostMonitors(access, access, access, process, process, journal);
        SimulatedOperator operator = new SimulatedOperator(
                process,
                store,
                monitors,
                journal,
                new HypervisorReconciler(monitors, store, process, journal),
                new VirtualMachineReconciler(monitors, store, process, journal, store),
                new HAPolicyReconciler(store, process, journal));
        process.after(CACHES_FILL, operator::start);
    }

    SimulatedProcess process() {
        return process;
    }

    HostMonitors monitors() {
        return monitors;
    }
}
