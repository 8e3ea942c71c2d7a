package dev.perene.vm;

import dev.perene.port.LiveEdit;
import java.util.Optional;

/**
 * What a running guest has otherwise than its VM says.
 *
 * @param field the field of the spec
 * @param how from what to what, for people
 * @param edit what changes it without a restart; empty when nothing does
 */
record Difference(String field, String how, Optional<LiveEdit> edit) {

    static Difference needsRestart(String field, String how) {
        return new Difference(field, how, Optional.empty());
    }

    static Difference editable(String field, String how, LiveEdit edit) {
        return new Difference(field, how, Optional.of(edit));
    }

    @Override
    public String toString() {
        return field + " (" + how + ")";
    }
}
