package dev.perene.sim;

import static dev.perene.sim.Vm.vm;

import dev.perene.api.HAPolicySpec.Restart;
import dev.perene.api.VirtualMachineSpec.CloudInit;
import dev.perene.api.VirtualMachineSpec.RunStrategy;
import dev.perene.port.DomainState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Breaks a cluster at random, the same way for the same seed, and mends it. */
final class RandomFaults {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final List<String> CALLS = List.of(
            "define",
            "start",
            "shutdown",
            "destroy",
            "undefine",
            "domain",
            "domains",
            "facts",
            "putFile",
            "file",
            "removeFiles",
            "makeFolder");

    private final Cluster cluster;
    private final Random random;
    private final List<SimulatedHost> hosts = new ArrayList<>();
    private final List<String> machines = List.of("till", "desk", "shelf", "door", "scale", "lamp");
    private Replica operator;
    private int operators = 1;

    RandomFaults(Cluster cluster, long seed) {
        this.cluster = cluster;
        this.random = new Random(seed);
        for (int index = 1; index <= 3; index++) {
            SimulatedHost host = cluster.host("host" + index, 8);
            host.guests().behave(GuestBehaviour.POLITE.bootingIn(SECOND));
            hosts.add(host);
        }
        // Guests end so often here that a person would be asked, and nobody is there.
        cluster.policy("patient", true, new Restart(1000, 1, 60));
        operator = cluster.operator("operator-1");
        machines.forEach(name -> cluster.declare(machine(name)));
    }

    List<String> machines() {
        return machines;
    }

    /** Something breaks about every other second. */
    void rage(int seconds) {
        calm(10);
        for (int second = 0; second < seconds; second++) {
            if (random.nextBoolean()) {
                breakSomething();
            }
            calm(1);
        }
    }

    void calm(int seconds) {
        for (int second = 0; second < seconds; second++) {
            cluster.runFor(SECOND);
            if (operator.process().dead()) {
                operator = cluster.operator("operator-" + ++operators);
            }
        }
    }

    /** Everything is as it should be again, but for what an operator has to do. */
    void mend() {
        cluster.says("everything is mended");
        cluster.store().comeBack();
        operator.process().resume();
        for (SimulatedHost host : hosts) {
            host.libvirt().heal();
            if (!host.powered()) {
                host.powerOn();
            } else {
                host.libvirt().thaw();
            }
            host.linked(true);
            host.shell(true);
            host.refuse(false);
            host.libvirt().domains().stream()
                    .filter(domain -> domain.state() == DomainState.Paused
                            || domain.state() == DomainState.PowerManagementSuspended)
                    .forEach(domain -> host.guests().resume(domain.uuid()));
        }
    }

    private void breakSomething() {
        SimulatedHost host = hosts.get(random.nextInt(hosts.size()));
        String vm = machines.get(random.nextInt(machines.size()));
        switch (random.nextInt(12)) {
            case 0 -> power(host);
            case 1 -> host.linked(random.nextInt(3) > 0);
            case 2 -> daemon(host);
            case 3, 4 -> guest(vm);
            case 5 -> cluster.strategy(vm, random.nextInt(3) > 0 ? RunStrategy.Always : RunStrategy.Halted);
            case 6 ->
                cluster.edit(random.nextBoolean() ? machine(vm) : machine(vm).onlyOn(host.name()));
            case 7 -> operator();
            case 8 -> apiServer();
            case 9 -> host.libvirt().next(CALLS.get(random.nextInt(CALLS.size())), fault(), 1 + random.nextInt(3));
            case 10 -> host.shell(random.nextBoolean());
            default -> cluster.store().next(oneOf(SimulatedStore.WriteFault.values()));
        }
    }

    /** Some have files on hosts. */
    private static Vm machine(String name) {
        Vm plain = vm(name).shutdownSeconds(10);
        return switch (name) {
            case "till" -> plain.uefi();
            case "desk" -> plain.uefi().cloudInit(new CloudInit("#cloud-config", null, null));
            case "shelf" -> plain.cloudInit(new CloudInit("#cloud-config", "version: 2", null));
            case String other -> plain;
        };
    }

    private void power(SimulatedHost host) {
        if (host.powered()) {
            host.powerOff();
        } else {
            host.powerOn();
        }
    }

    private void daemon(SimulatedHost host) {
        if (!host.powered()) {
            return;
        }
        switch (random.nextInt(5)) {
            case 0 -> host.libvirt().stop();
            case 1 -> host.libvirt().freeze();
            case 2 -> host.libvirt().stick();
            default -> {
                host.libvirt().thaw();
                host.libvirt().start();
            }
        }
    }

    private void guest(String vm) {
        cluster.whereItRuns(vm).map(cluster::host).ifPresent(host -> {
            switch (random.nextInt(5)) {
                case 0 -> host.guests().kill(cluster.uid(vm));
                case 1 -> host.guests().shutDown(cluster.uid(vm));
                case 2 -> host.guests().panic(cluster.uid(vm));
                case 3 -> host.guests().suspend(cluster.uid(vm));
                default -> host.guests().resume(cluster.uid(vm));
            }
        });
    }

    private void operator() {
        switch (random.nextInt(4)) {
            case 0 -> cluster.kill(operator);
            case 1 -> {
                cluster.says("the operator is stopped");
                operator.process().pause();
            }
            default -> {
                cluster.says("the operator goes on");
                operator.process().resume();
            }
        }
    }

    private void apiServer() {
        if (random.nextInt(3) == 0) {
            cluster.says("the API server is away");
            cluster.store().leave();
        } else {
            cluster.says("the API server is there");
            cluster.store().comeBack();
        }
    }

    private Fault fault() {
        return switch (random.nextInt(4)) {
            case 0 -> Fault.outOfMemory();
            case 1 -> new Fault.AnswerLost();
            case 2 -> new Fault.CallLost();
            default -> new Fault.Slow(Duration.ofSeconds(random.nextInt(10)));
        };
    }

    private <T> T oneOf(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
