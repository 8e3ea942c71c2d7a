package dev.perene.vm;

import dev.perene.api.Condition.ConditionStatus;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers what this process has seen of each guest. Safe for use by several threads, one for each guest. */
final class Sightings {
    private final Map<UUID, Entry> entries = new ConcurrentHashMap<>();

    /** What was seen, and how many restarts the VM's status told of at that time. */
    private record Entry(Sighting sighting, int restarts) {}

    /**
     * Notes a look.
     *
     * @param runs what it showed, as in {@link Sighting}
     * @param restarts how many restarts the status tells of: if they are not those that this process knows of, somebody
     *     else decided meanwhile, and what was seen before says nothing about what is there now
     */
    Sighting note(UUID uid, ConditionStatus runs, int restarts, Duration now) {
        Entry known = entries.get(uid);
        Sighting sighting = known == null || known.restarts() != restarts
                ? new Sighting(runs, now, Optional.empty())
                : known.sighting().then(runs, now);
        entries.put(uid, new Entry(sighting, restarts));
        return sighting;
    }

    /**
     * This process has written a status.
     *
     * @param restarts how many restarts it tells of
     * @param starts whether a start was decided with it
     * @param now time of the decision
     */
    void wrote(UUID uid, int restarts, boolean starts, Duration now) {
        entries.computeIfPresent(
                uid, (key, known) -> new Entry(starts ? known.sighting().started(now) : known.sighting(), restarts));
    }

    /** The VM is gone. */
    void forget(UUID uid) {
        entries.remove(uid);
    }
}
