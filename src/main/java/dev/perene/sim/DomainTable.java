package dev.perene.sim;

import dev.perene.port.DomainObservation;
import dev.perene.port.DomainState;
import dev.perene.port.DomainTag;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.LibvirtFailure.Kind;
import dev.perene.port.LiveEdit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The domains of one host, and what libvirt's QEMU driver does with them: states, reasons, events and refusals are those
 * that the contract test found on a real host. Safe for use by several threads.
 */
final class DomainTable {
    private final Map<UUID, SimulatedDomain> domains = new LinkedHashMap<>();
    private final Premises premises;
    private final Effects effects;

    /** Whether the host can give a domain what it needs. */
    interface Premises {
        /** libvirt's words for why not. */
        Optional<String> objection(DomainForm form, long memoryInUse);
    }

    /** Told of what happened to a domain. */
    interface Effects {
        void event(UUID domain, LifecycleEvent event, String detail);

        void state(SimulatedDomain domain);
    }

    DomainTable(Premises premises, Effects effects) {
        this.premises = premises;
        this.effects = effects;
    }

    synchronized List<DomainObservation> list(Duration asked) {
        return domains.values().stream().map(domain -> domain.observed(asked)).toList();
    }

    synchronized Optional<SimulatedDomain> find(UUID uuid) {
        return Optional.ofNullable(domains.get(uuid));
    }

    synchronized Optional<DomainObservation> observe(UUID uuid, Duration asked) {
        return find(uuid).map(domain -> domain.observed(asked));
    }

    /** {@code virDomainDefineXML}. */
    synchronized UUID define(DomainForm form) throws LibvirtFailure {
        SimulatedDomain sameUuid = domains.get(form.uuid());
        if (sameUuid != null && !sameUuid.form().name().equals(form.name())) {
            throw new LibvirtFailure(
                    Kind.Refused,
                    "operation failed: domain '" + sameUuid.form().name() + "' is already defined with uuid "
                            + form.uuid());
        }
        Optional<SimulatedDomain> sameName = domains.values().stream()
                .filter(domain -> domain.form().name().equals(form.name()))
                .findFirst();
        if (sameName.isPresent() && !sameName.get().uuid.equals(form.uuid())) {
            throw new LibvirtFailure(
                    Kind.Refused,
                    "operation failed: domain '" + form.name() + "' already exists with uuid " + sameName.get().uuid);
        }
        SimulatedDomain domain = domains.computeIfAbsent(form.uuid(), SimulatedDomain::new);
        domain.defined = form;
        effects.event(form.uuid(), LifecycleEvent.Defined, sameUuid == null ? "added" : "updated");
        effects.state(domain);
        return form.uuid();
    }

    /** The first half of {@code virDomainCreate}: QEMU is there and its CPUs do not run yet. */
    synchronized int beginStart(UUID uuid) throws LibvirtFailure {
        SimulatedDomain domain = existing(uuid);
        if (domain.active()) {
            throw new LibvirtFailure(Kind.WrongState, "Requested operation is not valid: domain is already running");
        }
        long inUse = domains.values().stream()
                .filter(SimulatedDomain::active)
                .mapToLong(each -> each.form().memoryBytes())
                .sum();
        Optional<String> objection = premises.objection(domain.form(), inUse);
        if (objection.isPresent()) {
            change(domain, DomainState.ShutOff, "failed");
            throw new LibvirtFailure(Kind.Refused, objection.get());
        }
        domain.live = domain.defined;
        domain.managedSave = false;
        domain.booted = false;
        domain.incarnation++;
        change(domain, DomainState.Paused, "starting up");
        return domain.incarnation;
    }

    /** The second half: its CPUs run. Nothing if that QEMU has gone meanwhile. */
    synchronized boolean finishStart(UUID uuid, int incarnation) {
        Optional<SimulatedDomain> domain = running(uuid, incarnation);
        domain.filter(starting -> starting.reason.equals("starting up")).ifPresent(starting -> {
            change(starting, DomainState.Running, "booted");
            effects.event(uuid, LifecycleEvent.Resumed, "unpaused");
            effects.event(uuid, LifecycleEvent.Started, "booted");
        });
        return domain.isPresent();
    }

    /** QEMU ends. */
    synchronized void stop(UUID uuid, int incarnation, String reason, String detail) {
        running(uuid, incarnation).ifPresent(domain -> {
            domain.live = null;
            if (domain.defined == null) {
                domains.remove(uuid);
            }
            change(domain, DomainState.ShutOff, reason);
            effects.event(uuid, LifecycleEvent.Stopped, detail);
        });
    }

    /** QEMU goes on in another state. */
    synchronized void pass(UUID uuid, DomainState state, String reason, LifecycleEvent event, String detail) {
        find(uuid).filter(SimulatedDomain::active).ifPresent(domain -> {
            change(domain, state, reason);
            effects.event(uuid, event, detail);
        });
    }

    /** {@code virDomainDestroy}. */
    synchronized void destroy(UUID uuid) throws LibvirtFailure {
        stop(uuid, active(uuid).incarnation, "destroyed", "destroyed");
    }

    /** {@code virDomainUndefineFlags}, with everything that belongs to the domain; a running one goes on without. */
    synchronized void undefine(UUID uuid) throws LibvirtFailure {
        SimulatedDomain domain = existing(uuid);
        if (domain.defined == null) {
            throw new LibvirtFailure(
                    Kind.WrongState, "Requested operation is not valid: cannot undefine transient domain");
        }
        domain.defined = null;
        domain.managedSave = false;
        if (!domain.active()) {
            domains.remove(uuid);
        }
        effects.event(uuid, LifecycleEvent.Undefined, "removed");
        effects.state(domain);
    }

    /** What changes the hardware of a running guest. */
    synchronized void edit(UUID uuid, LiveEdit edit) throws LibvirtFailure {
        SimulatedDomain domain = active(uuid);
        DomainForm live = domain.form();
        DomainForm next = live.withShape(HardwareEdit.applied(live.shape(), edit));
        Optional<String> objection = premises.objection(next, -next.memoryBytes());
        if (objection.isPresent()) {
            throw new LibvirtFailure(Kind.Refused, objection.get());
        }
        domain.live = next;
    }

    /** {@code virDomainRename}, of a domain that is off. */
    synchronized void rename(UUID uuid, String name) throws LibvirtFailure {
        SimulatedDomain domain = existing(uuid);
        if (domain.active() || domain.defined == null) {
            throw new LibvirtFailure(Kind.WrongState, "Requested operation is not valid: cannot rename active domain");
        }
        domain.defined = domain.defined.named(name);
        effects.event(uuid, LifecycleEvent.Defined, "renamed");
    }

    /** {@code virDomainSetMetadata} with Perene's tag. */
    synchronized void tag(UUID uuid, Optional<DomainTag> tag) throws LibvirtFailure {
        SimulatedDomain domain = existing(uuid);
        if (domain.live != null) {
            domain.live = domain.live.withTag(tag);
        }
        if (domain.defined != null) {
            domain.defined = domain.defined.withTag(tag);
        }
    }

    /** {@code virDomainManagedSave}. */
    synchronized void save(UUID uuid) throws LibvirtFailure {
        SimulatedDomain domain = active(uuid);
        domain.managedSave = true;
        stop(uuid, domain.incarnation, "saved", "saved");
    }

    /** An active domain; {@code WrongState} when it is not. */
    synchronized SimulatedDomain active(UUID uuid) throws LibvirtFailure {
        SimulatedDomain domain = existing(uuid);
        if (!domain.active()) {
            throw new LibvirtFailure(Kind.WrongState, "Requested operation is not valid: domain is not running");
        }
        return domain;
    }

    /** A domain whose CPUs run; {@code WrongState} when they do not. */
    synchronized SimulatedDomain running(UUID uuid) throws LibvirtFailure {
        SimulatedDomain domain = active(uuid);
        if (domain.state != DomainState.Running) {
            throw new LibvirtFailure(Kind.WrongState, "Requested operation is not valid: domain is not running");
        }
        return domain;
    }

    /** The host lost its power: no QEMU is left, and nobody said so. */
    synchronized void powerLost() {
        for (SimulatedDomain domain : new ArrayList<>(domains.values())) {
            boolean ran = domain.active();
            domain.live = null;
            domain.state = DomainState.ShutOff;
            domain.reason = "unknown";
            if (domain.defined == null) {
                domains.remove(domain.uuid);
            }
            if (ran) {
                effects.state(domain);
            }
        }
    }

    /** libvirt was restarted: it finds running domains again and forgets why others are off. */
    synchronized void daemonRestarted() {
        domains.values().stream()
                .filter(domain -> !domain.active() && !domain.reason.equals("crashed"))
                .forEach(domain -> domain.reason = "unknown");
    }

    private SimulatedDomain existing(UUID uuid) throws LibvirtFailure {
        return find(uuid)
                .orElseThrow(() -> new LibvirtFailure(
                        Kind.NoSuchDomain, "Domain not found: no domain with matching uuid '" + uuid + "'"));
    }

    private Optional<SimulatedDomain> running(UUID uuid, int incarnation) {
        return find(uuid).filter(domain -> domain.active() && domain.incarnation == incarnation);
    }

    private void change(SimulatedDomain domain, DomainState state, String reason) {
        domain.state = state;
        domain.reason = reason;
        effects.state(domain);
    }
}
