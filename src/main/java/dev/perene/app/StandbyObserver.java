package dev.perene.app;

import dev.perene.api.HAPolicy;
import dev.perene.api.Hypervisor;
import dev.perene.api.VirtualMachine;
import dev.perene.api.VirtualMachineStatus;
import dev.perene.host.HostMonitors;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** Has a standby watch what the leader watches: hosts, their domains, and the paths of disks. It gives no commands. */
final class StandbyObserver {
    private final HostMonitors monitors;

    StandbyObserver(HostMonitors monitors) {
        this.monitors = monitors;
    }

    void hypervisor(Hypervisor hypervisor) {
        if (hypervisor.getSpec().validate().isEmpty()) {
            monitors.declare(hypervisor);
        }
    }

    /** Policies are read when a VM is decided on; there is nothing to watch. */
    static void policy(HAPolicy policy) {}

    void virtualMachine(VirtualMachine machine) {
        monitors.watchPaths(
                UUID.fromString(machine.getMetadata().getUid()),
                machine.getSpec().disks().stream()
                        .flatMap(disk -> disk.location().stream())
                        .collect(Collectors.toSet()),
                Optional.ofNullable(machine.getStatus()).map(VirtualMachineStatus::hostName));
    }
}
