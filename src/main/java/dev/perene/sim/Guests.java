package dev.perene.sim;

import dev.perene.port.DomainState;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** What runs inside the domains of one host, and what happens to QEMU without libvirt being asked. */
public final class Guests {
    private static final Duration QEMU_ENDS = Duration.ofMillis(50);

    private final DomainTable table;
    private final Timeline world;
    private final Map<UUID, GuestBehaviour> behaviours = new ConcurrentHashMap<>();
    private GuestBehaviour usual = GuestBehaviour.POLITE;

    Guests(DomainTable table, Timeline world) {
        this.table = table;
        this.world = world;
    }

    /** How the guest of a domain behaves from its next start on. */
    public void behave(UUID domain, GuestBehaviour behaviour) {
        behaviours.put(domain, behaviour);
    }

    /** How guests behave of which nothing else was said. */
    public void behave(GuestBehaviour behaviour) {
        usual = behaviour;
    }

    /** The guest shuts itself down, as {@code poweroff} in it does. */
    public void shutDown(UUID domain) {
        table.find(domain).filter(SimulatedDomain::active).ifPresent(this::endsByItself);
    }

    /** QEMU is killed. */
    public void kill(UUID domain) {
        table.find(domain).ifPresent(found -> table.stop(domain, found.incarnation, "crashed", "failed"));
    }

    /** The guest's kernel panics, and its panic device tells. */
    public void panic(UUID domain) {
        table.pass(domain, DomainState.Crashed, "panicked", LifecycleEvent.Crashed, "panicked");
        table.find(domain)
                .filter(found -> found.active() && !found.form().keptAfterCrash())
                .ifPresent(found -> table.stop(domain, found.incarnation, "crashed", "crashed"));
    }

    /** The guest's kernel panics, and its QEMU is kept, as {@code on_crash=preserve} asks. */
    public void panicAndBeKept(UUID domain) {
        table.pass(domain, DomainState.Crashed, "panicked", LifecycleEvent.Crashed, "panicked");
    }

    /** A disk fails, and QEMU stops its CPUs. */
    public void stopByDiskError(UUID domain) {
        table.pass(domain, DomainState.Paused, "I/O error", LifecycleEvent.Suspended, "I/O error");
    }

    /** Somebody stops its CPUs: {@code virsh suspend}. */
    public void suspend(UUID domain) {
        table.pass(domain, DomainState.Paused, "user", LifecycleEvent.Suspended, "paused");
    }

    /** A job of libvirt stops its CPUs for a while: {@code virsh save}, {@code virsh dump}, a migration. */
    public void stopFor(UUID domain, String job) {
        table.pass(domain, DomainState.Paused, job, LifecycleEvent.Suspended, job);
    }

    /** Its CPUs go on: {@code virsh resume}. */
    public void resume(UUID domain) {
        table.pass(domain, DomainState.Running, "unpaused", LifecycleEvent.Resumed, "unpaused");
    }

    /** The guest suspends itself to memory. */
    public void sleep(UUID domain) {
        table.pass(domain, DomainState.PowerManagementSuspended, "unknown", LifecycleEvent.PMSuspended, "memory");
    }

    /** Somebody wakes it: {@code virsh dompmwakeup}. */
    public void wake(UUID domain) {
        table.pass(domain, DomainState.Running, "event wakeup", LifecycleEvent.Started, "wakeup");
    }

    /** libvirt says what only other drivers say. */
    public void seemTo(UUID domain, DomainState state) {
        table.pass(domain, state, "unknown", LifecycleEvent.Resumed, "unpaused");
    }

    /** Its CPUs have begun to run. */
    void begun(UUID domain) {
        table.find(domain).ifPresent(started -> {
            int incarnation = started.incarnation;
            GuestBehaviour behaviour = behaviour(domain);
            world.after(behaviour.boots(), () -> table.find(domain)
                    .filter(found -> found.incarnation == incarnation)
                    .ifPresent(found -> found.booted = true));
            behaviour
                    .fate()
                    .ifPresent(fate -> world.after(fate.after(), () -> table.find(domain)
                            .filter(found -> found.active() && found.incarnation == incarnation)
                            .ifPresent(found -> end(domain, fate.end()))));
        });
    }

    /** Somebody presses its power button. */
    void powerButton(SimulatedDomain domain) {
        GuestBehaviour behaviour = behaviour(domain.uuid);
        if (domain.booted && domain.state == DomainState.Running && behaviour.answersPowerButton()) {
            int incarnation = domain.incarnation;
            world.after(behaviour.shutsDown(), () -> table.find(domain.uuid)
                    .filter(found -> found.active() && found.incarnation == incarnation)
                    .ifPresent(this::endsByItself));
        }
    }

    private void end(UUID domain, GuestBehaviour.End end) {
        switch (end) {
            case QemuDies -> kill(domain);
            case Panics -> panic(domain);
            case PowersOff -> shutDown(domain);
        }
    }

    private void endsByItself(SimulatedDomain domain) {
        int incarnation = domain.incarnation;
        table.pass(domain.uuid, DomainState.ShuttingDown, "unknown", LifecycleEvent.Shutdown, "guest");
        world.after(QEMU_ENDS, () -> table.stop(domain.uuid, incarnation, "shutdown", "shutdown"));
    }

    private GuestBehaviour behaviour(UUID domain) {
        return behaviours.getOrDefault(domain, usual);
    }
}
