package dev.perene.sim;

import dev.perene.port.DomainState;
import dev.perene.port.DomainTag;
import dev.perene.port.Journal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** Watches for what must never be, whatever the operators see and whatever breaks. */
final class Invariants implements WorldListener {
    private final Map<UUID, Set<String>> active = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private boolean byHand;

    /** What a person does to hosts by hand may break the rules. */
    void byHand(Runnable deed) {
        byHand = true;
        deed.run();
        byHand = false;
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    int activeCopies(UUID domain) {
        return active.getOrDefault(domain, Set.of()).size();
    }

    @Override
    public void domainState(String host, UUID domain, Optional<DomainState> state, String reason) {
        Set<String> hosts = active.computeIfAbsent(domain, uuid -> new TreeSet<>());
        boolean runs = state.filter(DomainState::active).isPresent();
        boolean more = runs ? hosts.add(host) : hosts.remove(host) && false;
        if (more && hosts.size() > 1 && !byHand) {
            violations.add("two active copies of " + domain + " on " + hosts);
        }
    }

    @Override
    public void commanded(String host, String call, UUID domain, boolean existed, Optional<DomainTag> tag) {
        if (existed && tag.isEmpty() && !call.equals("tag")) {
            violations.add(call + " was sent to " + host + " for domain " + domain + ", which is not Perene's");
        }
    }

    /** A journal that takes an exception in a reconcile for a violation. */
    Journal watching(Journal journal) {
        return entry -> {
            if (entry.outcome().equals("threw")) {
                violations.add(entry.object() + ": " + entry.reason());
            }
            journal.write(entry);
        };
    }
}
