package dev.perene.port;

import dev.perene.port.ObjectStore.Written;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes statuses: nothing when nothing changed, and at most once a second for one object unless an action hangs on the
 * write. Safe for use by several threads.
 */
public final class StatusWriter {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration AFTER_CONFLICT = Duration.ofMillis(50);

    private final ObjectStore store;
    private final TimeSource time;
    private final Map<String, Duration> lastWrites = new ConcurrentHashMap<>();

    /** A writer for objects of one kind. */
    public StatusWriter(ObjectStore store, TimeSource time) {
        this.store = store;
        this.time = time;
    }

    /** What became of a status. */
    public sealed interface Outcome {
        /** It was so already. */
        record Unchanged() implements Outcome {}

        /** The server has it. */
        record Written() implements Outcome {}

        /**
         * It may be written later.
         *
         * @param until time from now
         */
        record Postponed(Duration until) implements Outcome {}

        /**
         * Somebody else wrote first, or nobody knows: nothing may be done that hangs on it.
         *
         * @param retryIn when to decide anew
         */
        record NotWritten(Duration retryIn) implements Outcome {}
    }

    /**
     * Writes the status that is in an object.
     *
     * @param changed the object that the decision was computed from, with its next status
     * @param unchanged whether the status is what it was
     * @param urgent whether to write it even when the last write was a moment ago
     */
    public Outcome write(HasMetadata changed, boolean unchanged, boolean urgent) {
        if (unchanged) {
            return new Outcome.Unchanged();
        }
        Duration now = time.monotonic();
        Duration last = lastWrites.get(changed.getMetadata().getUid());
        if (!urgent && last != null && now.minus(last).compareTo(INTERVAL) < 0) {
            return new Outcome.Postponed(last.plus(INTERVAL).minus(now));
        }
        return switch (store.replaceStatus(changed)) {
            case Written.Accepted<HasMetadata>(HasMetadata stored) -> {
                lastWrites.put(changed.getMetadata().getUid(), now);
                yield new Outcome.Written();
            }
            case Written.Outdated<HasMetadata>() -> new Outcome.NotWritten(AFTER_CONFLICT);
            case Written.Unknown<HasMetadata>(String why) -> new Outcome.NotWritten(INTERVAL);
        };
    }

    /** The object is gone. */
    public void forget(HasMetadata gone) {
        lastWrites.remove(gone.getMetadata().getUid());
    }
}
