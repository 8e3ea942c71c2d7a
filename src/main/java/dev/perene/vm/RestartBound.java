package dev.perene.vm;

import dev.perene.api.HAPolicySpec.Restart;
import java.time.Duration;

/**
 * Decides whether a guest that stopped without being asked to is started again, and when. It never starts a guest more
 * often in a row than its policy says: what fails every time needs a person, not another attempt.
 */
sealed interface RestartBound {
    /** Pauses stop growing here, unless the first one is longer. */
    Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    /** It is started now. */
    record AtOnce() implements RestartBound {}

    /**
     * It is started later.
     *
     * @param pause how long after its end
     * @param left how long from now
     */
    record Later(Duration pause, Duration left) implements RestartBound {}

    /** It stays down until a person asks for a restart. */
    record Exhausted() implements RestartBound {}

    /**
     * What the policy says of the next restart.
     *
     * @param policy how often and how fast
     * @param inARow how many restarts there were in a row
     * @param down how long the guest has been down
     */
    static RestartBound of(Restart policy, int inARow, Duration down) {
        if (inARow >= policy.attempts()) {
            return new Exhausted();
        }
        Duration pause = pause(policy, inARow);
        Duration left = pause.minus(down);
        return left.isPositive() ? new Later(pause, left) : new AtOnce();
    }

    private static Duration pause(Restart policy, int inARow) {
        if (inARow == 0) {
            return Duration.ZERO;
        }
        Duration first = Duration.ofSeconds(policy.backoffSeconds());
        Duration longest = first.compareTo(LONGEST_PAUSE) > 0 ? first : LONGEST_PAUSE;
        // After six doublings even one second is longer than the longest pause.
        Duration doubled = first.multipliedBy(1L << Math.min(inARow - 1, 6));
        return doubled.compareTo(longest) > 0 ? longest : doubled;
    }
}
