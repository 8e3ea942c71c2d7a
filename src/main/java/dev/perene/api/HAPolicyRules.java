package dev.perene.api;

import dev.perene.api.HAPolicySpec.Restart;
import java.util.List;

/**
 * The rules of an HAPolicy's spec: in CEL for the API server and in Java for the rest, with one message for both. A
 * constant and the one that ends in {@code _MESSAGE} belong together.
 */
final class HAPolicyRules {
    static final String ATTEMPTS = "self >= 1 && self <= 1000";
    static final String ATTEMPTS_MESSAGE = "attempts must be between 1 and 1000";

    static final String BACKOFF_SECONDS = "self >= 0 && self <= 3600";
    static final String BACKOFF_SECONDS_MESSAGE = "backoffSeconds must be between 0 and 3600";

    static final String RESET_SECONDS = "self >= 1 && self <= 86400";
    static final String RESET_SECONDS_MESSAGE = "resetSeconds must be between 1 and 86400";

    private HAPolicyRules() {}

    /** What is wrong with the spec; empty when nothing is. */
    static List<Violation> check(HAPolicySpec spec) {
        Findings findings = new Findings();
        Restart restart = spec.restart();
        findings.requiredRange(restart.attempts(), 1, 1000, "spec.restart.attempts", ATTEMPTS_MESSAGE);
        findings.requiredRange(
                restart.backoffSeconds(), 0, 3600, "spec.restart.backoffSeconds", BACKOFF_SECONDS_MESSAGE);
        findings.requiredRange(restart.resetSeconds(), 1, 86_400, "spec.restart.resetSeconds", RESET_SECONDS_MESSAGE);
        return findings.violations();
    }
}
