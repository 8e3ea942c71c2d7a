package dev.perene.app;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import java.util.Optional;

/** {@code perene.leader-election.*}; defaults are in application.properties. */
@ConfigMapping(prefix = "perene.leader-election")
interface LeaderElectionSettings {
    /** Whether there may be other replicas; if not, this operator leads without asking. */
    boolean enabled();

    /** Where the Lease is. */
    String namespace();

    /** See {@code LeaderElection.Settings}. */
    Duration leaseDuration();

    /** See {@code LeaderElection.Settings}. */
    Duration renewDeadline();

    /** See {@code LeaderElection.Settings}. */
    Duration retryPeriod();

    /** Who this is, no two replicas the same; the Pod's name. Without it host name, process id and a random number. */
    Optional<String> identity();
}
