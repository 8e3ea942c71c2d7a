package dev.perene.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * What is done for VMs that stopped without being asked to.
 *
 * @param restart how often and how fast they are started again
 */
public record HAPolicySpec(
        @JsonPropertyDescription("How often and how fast a guest that stopped without being asked to is started again.")
                Restart restart) {

    /** What holds for VMs where nobody declared a policy. */
    public static final HAPolicySpec BUILT_IN = new HAPolicySpec(null);

    public HAPolicySpec {
        restart = restart == null ? new Restart(null, null, null) : restart;
    }

    /**
     * What is wrong with the spec; the API server refuses the same with the same words.
     *
     * @return all violations, empty when there is none
     */
    public List<Violation> validate() {
        return HAPolicyRules.check(this);
    }

    /**
     * How often and how fast a guest is started again. Starts that libvirt refuses are no restarts: they are tried again
     * without end.
     *
     * @param attempts restarts in a row before a person is asked, 1 to 1000
     * @param backoffSeconds pause before the second restart in a row, 0 to 3600; the first has none, each further one
     *     twice that of the one before, up to 60 s or to this value if it is larger
     * @param resetSeconds a guest that ran so long without a break has its earlier restarts forgotten, 1 to 86400
     */
    public record Restart(
            @Default("5")
                    @ValidationRule(value = HAPolicyRules.ATTEMPTS, message = HAPolicyRules.ATTEMPTS_MESSAGE)
                    @JsonPropertyDescription("Restarts in a row before a person is asked, 1 to 1000.")
                    Integer attempts,
            @Default("5")
                    @ValidationRule(
                            value = HAPolicyRules.BACKOFF_SECONDS,
                            message = HAPolicyRules.BACKOFF_SECONDS_MESSAGE)
                    @JsonPropertyDescription(
                            "Seconds before the second restart in a row, 0 to 3600. The first comes at once; each further"
                                    + " pause is twice the one before, up to 60 s or to this value if it is larger.")
                    Integer backoffSeconds,
            @Default("300")
                    @ValidationRule(value = HAPolicyRules.RESET_SECONDS, message = HAPolicyRules.RESET_SECONDS_MESSAGE)
                    @JsonPropertyDescription(
                            "Seconds of running without a break after which earlier restarts are forgotten, 1 to 86400.")
                    Integer resetSeconds) {
        public Restart {
            attempts = attempts == null ? 5 : attempts;
            backoffSeconds = backoffSeconds == null ? 5 : backoffSeconds;
            resetSeconds = resetSeconds == null ? 300 : resetSeconds;
        }
    }
}
