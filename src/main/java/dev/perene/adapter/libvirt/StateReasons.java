package dev.perene.adapter.libvirt;

import dev.perene.port.DomainState;
import java.util.List;

/** Turns libvirt's numbers for states and reasons into words, as {@code libvirt-domain.h} and {@code virsh} have them. */
final class StateReasons {
    private static final List<DomainState> STATES = List.of(
            DomainState.NoState,
            DomainState.Running,
            DomainState.Blocked,
            DomainState.Paused,
            DomainState.ShuttingDown,
            DomainState.ShutOff,
            DomainState.Crashed,
            DomainState.PowerManagementSuspended);
    private static final List<List<String>> REASONS = List.of(
            List.of("unknown"),
            List.of(
                    "unknown",
                    "booted",
                    "migrated",
                    "restored",
                    "from snapshot",
                    "unpaused",
                    "migration canceled",
                    "save canceled",
                    "event wakeup",
                    "crashed",
                    "post-copy",
                    "post-copy failed"),
            List.of("unknown"),
            List.of(
                    "unknown",
                    "user",
                    "migrating",
                    "saving",
                    "dumping",
                    "I/O error",
                    "watchdog",
                    "from snapshot",
                    "shutting down",
                    "creating snapshot",
                    "crashed",
                    "starting up",
                    "post-copy",
                    "post-copy failed",
                    "api error"),
            List.of("unknown", "user"),
            List.of(
                    "unknown",
                    "shutdown",
                    "destroyed",
                    "crashed",
                    "migrated",
                    "saved",
                    "failed",
                    "from snapshot",
                    "daemon"),
            List.of("unknown", "panicked"),
            List.of("unknown"));

    private StateReasons() {}

    static DomainState state(int number) {
        return number >= 0 && number < STATES.size() ? STATES.get(number) : DomainState.NoState;
    }

    static String reason(DomainState state, int number) {
        List<String> reasons = REASONS.get(STATES.indexOf(state));
        return number >= 0 && number < reasons.size() ? reasons.get(number) : "reason " + number;
    }
}
