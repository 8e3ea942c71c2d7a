package dev.perene.vm;

import dev.perene.api.Condition;
import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.PereneApi;
import dev.perene.api.VirtualMachineStatus;
import dev.perene.api.VirtualMachineStatus.Guest;
import dev.perene.port.CommandProgress;
import dev.perene.port.ObjectStore.Announcement;
import dev.perene.vm.Situation.Copy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Words a decision: the conditions, the printable status and what people are told. It decides nothing.
 *
 * @param situation what is known
 * @param hostName the host to record
 * @param restarts the number of restarts to record
 * @param inARow the number of restarts in a row to record
 * @param guest what to remember of the guest
 * @param restartedAt the restart to record as carried out
 * @param terminating whether the VM is being deleted
 * @param domain the domain's UUID to record
 * @param differences what only a restart changes; empty when nobody has looked
 */
record Verdict(
        Situation situation,
        @Nullable String hostName,
        int restarts,
        int inARow,
        @Nullable Guest guest,
        @Nullable String restartedAt,
        boolean terminating,
        @Nullable String domain,
        Optional<List<Difference>> differences) {
    static final String RUNNING = "Running";
    static final String RESTART_REQUIRED = "RestartRequired";
    private static final String MANUAL_RECOVERY_REQUIRED = "ManualRecoveryRequired";

    static Verdict verdict(Situation situation) {
        Integer restarts = situation.status().restarts();
        boolean begun = situation.copies().stream().anyMatch(Copy::begun);
        return new Verdict(
                situation,
                situation.status().hostName(),
                restarts == null ? 0 : restarts,
                situation.restartsInARow(),
                begun ? Guest.Running : situation.status().guest(),
                situation.status().restartedAt(),
                false,
                situation.adopts() ? null : situation.domain().toString(),
                Optional.empty());
    }

    Verdict on(String host) {
        return new Verdict(situation, host, restarts, inARow, guest, restartedAt, terminating, domain, differences);
    }

    Verdict whileTerminating() {
        return new Verdict(situation, hostName, restarts, inARow, guest, restartedAt, true, domain, differences);
    }

    /** Records an adopted domain. */
    Verdict owning(UUID adopted) {
        return new Verdict(
                situation,
                hostName,
                restarts,
                inARow,
                guest,
                restartedAt,
                terminating,
                adopted.toString(),
                differences);
    }

    /** Lists what only a restart changes. */
    Verdict restartFor(List<Difference> found) {
        return new Verdict(
                situation, hostName, restarts, inARow, guest, restartedAt, terminating, domain, Optional.of(found));
    }

    /** Counts a restart if the guest that is to be started had stopped without being asked to. */
    Verdict counted() {
        return situation.ended().isPresent()
                ? new Verdict(
                        situation,
                        hostName,
                        restarts + 1,
                        inARow + 1,
                        guest,
                        restartedAt,
                        terminating,
                        domain,
                        differences)
                : this;
    }

    /** Records the restart that was asked for; it begins a new row of restarts. */
    Verdict restartCarriedOut() {
        return new Verdict(
                situation,
                hostName,
                restarts,
                0,
                guest,
                situation.restartedAt().orElse(restartedAt),
                terminating,
                domain,
                differences);
    }

    /** The guest ran long enough: the next restart is the first in a row. */
    Verdict restartsForgotten() {
        return new Verdict(situation, hostName, restarts, 0, guest, restartedAt, terminating, domain, differences);
    }

    private Verdict remembering(Guest next) {
        return new Verdict(situation, hostName, restarts, inARow, next, restartedAt, terminating, domain, differences);
    }

    Decision running() {
        return running("");
    }

    /** It runs; what it has otherwise than its spec says needs a restart, for a reason that may be known. */
    Decision running(String because) {
        String where = "the guest runs on " + hostName;
        List<Difference> left = differences.orElse(List.of());
        if (left.isEmpty()) {
            return decision(
                    conditions(Optional.of(List.of()))
                            .with(RUNNING, ConditionStatus.True, "Running", where)
                            .ready("Running", where),
                    "Running",
                    "it runs on " + hostName + " as it should");
        }
        String message = where + "; a restart is needed for " + listed(left)
                + (because.isEmpty() ? "" : "; " + because)
                + "; restart it with: kubectl annotate --overwrite virtualmachines.perene.dev " + situation.name()
                + " --namespace " + situation.namespace() + " perene.dev/restartedAt=$(date +%s)";
        return decision(
                conditions(Optional.of(left))
                        .with(RUNNING, ConditionStatus.True, "Running", where)
                        .stalled(RESTART_REQUIRED, message),
                "Running",
                message);
    }

    /** It runs, and is being changed while it does. */
    Decision applying(String changes) {
        String message = "changed while it runs on " + hostName + ": " + changes;
        return decision(
                conditions()
                        .with(RUNNING, ConditionStatus.True, "Running", "the guest runs on " + hostName)
                        .reconciling("Applying", message),
                "Running",
                message);
    }

    Decision stopped() {
        return remembering(Guest.Down)
                .decision(
                        conditions()
                                .with(RUNNING, ConditionStatus.False, "Halted", "runStrategy is Halted")
                                .ready("Halted", "it is down, as runStrategy Halted asks"),
                        "Stopped",
                        "it is down as it should be");
    }

    Decision completed() {
        String message =
                "the guest shut itself down, and runStrategy RerunOnFailure starts it again only when it failed";
        return restartsForgotten()
                .remembering(Guest.Down)
                .decision(
                        conditions()
                                .with(RUNNING, ConditionStatus.False, "Completed", message)
                                .ready("Completed", message),
                        "Completed",
                        message);
    }

    Decision paused(Copy copy) {
        String message = "its CPUs are stopped on " + copy.host() + ", libvirt says: "
                + copy.domain().reason() + "; when the cause is mended: virsh resume "
                + copy.domain().uuid();
        return decision(
                conditions()
                        .with(RUNNING, ConditionStatus.False, "Paused", message)
                        .stalled("Paused", message),
                "Paused",
                message);
    }

    Decision suspended(Copy copy) {
        String message = "the guest suspended itself on " + copy.host() + "; wake it with: virsh dompmwakeup "
                + copy.domain().uuid();
        return decision(
                conditions()
                        .with(RUNNING, ConditionStatus.False, "Suspended", message)
                        .stalled("Suspended", message),
                "Suspended",
                message);
    }

    /** A start is decided. */
    Decision starting(String reason) {
        return remembering(Guest.Starting).waiting("Starting", "Starting", reason);
    }

    /** A start was given to the host and has not come back. */
    Decision startUnderWay(String otherwise) {
        return waiting("Starting", "Starting", said("Starting", otherwise));
    }

    /** What was said when something was decided holds until it has come back: a status tells news, not echoes. */
    private String said(String reason, String otherwise) {
        return Conditions.of(situation.status().conditions(), Conditions.READY)
                .filter(ready -> ready.reason().equals(reason))
                .map(Condition::message)
                .orElse(otherwise);
    }

    /** It ended, and is started again after a pause. */
    Decision restartDelayed(Duration pause) {
        String message = "the guest stopped (libvirt: " + situation.lastReason() + "); restart " + (inARow + 1) + " of "
                + situation.policy().restart().attempts() + " in a row comes " + pause.toSeconds() + " s after that";
        return remembering(Guest.Ended).waiting("RestartDelayed", "RestartDelayed", message);
    }

    /** It ended once too often. */
    Decision manualRecoveryRequired() {
        String message = "restarted " + inARow + (inARow == 1 ? " time" : " times")
                + " in a row without running for "
                + situation.policy().restart().resetSeconds() + " s, and stopped again (libvirt: "
                + situation.lastReason() + "); it stays down. When the cause is mended: kubectl annotate"
                + " virtualmachines.perene.dev " + situation.name() + " --namespace " + situation.namespace() + " "
                + PereneApi.RESTARTED_AT + "=$(date -Is) --overwrite";
        return remembering(Guest.Ended)
                .decision(
                        conditions()
                                .with(RUNNING, ConditionStatus.False, MANUAL_RECOVERY_REQUIRED, message)
                                .stalled(MANUAL_RECOVERY_REQUIRED, message),
                        MANUAL_RECOVERY_REQUIRED,
                        message);
    }

    Decision stopping(String reason) {
        return remembering(Guest.Stopping).waiting("Stopping", terminating ? "Terminating" : "Stopping", reason);
    }

    /** A command that ends the guest was given to the host and has not come back. */
    Decision stopUnderWay(String otherwise) {
        return stopping(said("Stopping", otherwise));
    }

    /** Something goes on that ends by itself. */
    Decision waiting(String reason, String printable, String message) {
        return decision(
                conditions().with(RUNNING, stillRunning(), reason, message).reconciling(reason, message),
                printable,
                message);
    }

    Decision startFailed(CommandProgress.Failed failed) {
        String message = "libvirt on " + hostName + " refused to start it, try " + failed.inARow() + ", the next after "
                + Backoff.after(failed.inARow()).toSeconds() + " s: " + failed.why() + firmwareAdvice(failed);
        return decision(
                conditions()
                        .with(RUNNING, ConditionStatus.False, "StartFailed", message)
                        .reconciling("StartFailed", message),
                "StartFailed",
                message);
    }

    /** libvirt names the firmware by a word that tells nobody what to install. */
    private static String firmwareAdvice(CommandProgress.Failed failed) {
        return failed.why().contains("'efi' firmware")
                ? "; install the UEFI firmware for guests there (package ovmf or edk2-ovmf), or set spec.firmware to BIOS"
                : "";
    }

    Decision noHost(String reasons) {
        String message = "no host can run it: " + reasons;
        return decision(
                conditions()
                        .with(RUNNING, ConditionStatus.False, "NoHost", message)
                        .stalled("NoHost", message),
                "Pending",
                message);
    }

    Decision seedUnavailable(String why) {
        String message = "it is not started without its cloud-init data: " + why;
        return decision(
                conditions()
                        .with(RUNNING, ConditionStatus.False, "CloudInitUnavailable", message)
                        .stalled("CloudInitUnavailable", message),
                "Pending",
                message);
    }

    Decision hostUnreachable(String silence) {
        String message = "whether it runs is unknown, so it is not started elsewhere: " + silence;
        return decision(
                new Conditions(situation.status().conditions(), situation.generation(), situation.wallClock())
                        .with(RESTART_REQUIRED, ConditionStatus.Unknown, "HostUnreachable", message)
                        .with(RUNNING, ConditionStatus.Unknown, "HostUnreachable", message)
                        .unknown("HostUnreachable", message),
                terminating ? "Terminating" : "Unknown",
                message);
    }

    /** Somebody has to help; whether the guest runs stays as it was. */
    Decision stalled(String reason, String message) {
        ConditionStatus running = situation.activeCopies().isEmpty() ? ConditionStatus.Unknown : ConditionStatus.True;
        return decision(conditions().with(RUNNING, running, reason, message).stalled(reason, message), reason, message);
    }

    /** The status stays as it is, so that a restart of the operator writes nothing. */
    Decision undecided() {
        boolean untouched = situation.status().conditions().isEmpty();
        String message = "hosts are being looked at for the first time";
        return untouched
                ? waiting("Observing", "Pending", message)
                : new Decision(situation.status(), List.of(), Optional.empty(), message, Optional.empty(), false);
    }

    Decision released() {
        return new Decision(
                situation.status(),
                List.of(),
                Optional.empty(),
                "nothing of it is left on any host",
                Optional.empty(),
                true);
    }

    private ConditionStatus stillRunning() {
        return situation.activeCopies().isEmpty() ? ConditionStatus.False : ConditionStatus.True;
    }

    private Conditions conditions() {
        return conditions(differences);
    }

    private Conditions conditions(Optional<List<Difference>> found) {
        Conditions next =
                new Conditions(situation.status().conditions(), situation.generation(), situation.wallClock());
        Optional<Condition> before = Conditions.of(situation.status().conditions(), RESTART_REQUIRED);
        if (found.isEmpty() && before.isPresent() && !situation.activeCopies().isEmpty()) {
            Condition same = before.get();
            return next.with(RESTART_REQUIRED, same.status(), same.reason(), same.message());
        }
        List<Difference> left = found.orElse(List.of());
        return left.isEmpty()
                ? next.with(RESTART_REQUIRED, ConditionStatus.False, Conditions.AS_EXPECTED, "")
                : next.with(RESTART_REQUIRED, ConditionStatus.True, "SpecChanged", listed(left));
    }

    private static String listed(List<Difference> differences) {
        return differences.stream().map(Difference::toString).collect(Collectors.joining(", "));
    }

    /** Whether a person is asked. A host that does not answer changes nothing about that. */
    private Conditions recovery(Conditions next) {
        Condition ready = Conditions.of(next.list(), Conditions.READY).orElseThrow();
        if (ready.reason().equals(MANUAL_RECOVERY_REQUIRED)) {
            return next.with(MANUAL_RECOVERY_REQUIRED, ConditionStatus.True, ready.reason(), ready.message());
        }
        if (ready.status() == ConditionStatus.Unknown) {
            return Conditions.of(situation.status().conditions(), MANUAL_RECOVERY_REQUIRED)
                    .filter(before -> before.status() == ConditionStatus.True)
                    .map(before -> next.with(before.type(), before.status(), before.reason(), before.message()))
                    .orElseGet(() -> next.with(
                            MANUAL_RECOVERY_REQUIRED, ConditionStatus.Unknown, ready.reason(), ready.message()));
        }
        return next.with(MANUAL_RECOVERY_REQUIRED, ConditionStatus.False, Conditions.AS_EXPECTED, "");
    }

    private Decision decision(Conditions conditions, String printable, String reason) {
        AppliedPolicy policy = situation.policy();
        VirtualMachineStatus status = new VirtualMachineStatus(
                situation.generation(),
                hostName,
                domain,
                printable,
                restarts,
                inARow,
                guest,
                restartedAt,
                recovery(conditions)
                        .with(AppliedPolicy.CONDITION, policy.applied(), policy.reason(), policy.message())
                        .list());
        return new Decision(status, List.of(), announcement(status), reason, Optional.empty(), false);
    }

    /** People are told when the reason of Ready changes or the guest was restarted. */
    private Optional<Announcement> announcement(VirtualMachineStatus next) {
        Condition ready = Conditions.of(next.conditions(), Conditions.READY).orElseThrow();
        Optional<String> before =
                Conditions.of(situation.status().conditions(), Conditions.READY).map(Condition::reason);
        boolean restarted = !Objects.equals(next.restarts(), situation.status().restarts())
                && situation.status().restarts() != null;
        if (restarted) {
            return Optional.of(new Announcement(
                    true,
                    "Restarting",
                    "the guest had stopped (libvirt: " + situation.lastReason() + "); restart number " + next.restarts()
                            + ", " + inARow + " of "
                            + situation.policy().restart().attempts() + " in a row; " + ready.message()));
        }
        return before.filter(ready.reason()::equals).isPresent()
                ? Optional.empty()
                : Optional.of(new Announcement(
                        Conditions.is(next.conditions(), Conditions.STALLED, ConditionStatus.True)
                                || ready.reason().equals("StartFailed"),
                        ready.reason(),
                        ready.message()));
    }
}
