package dev.perene.app;

import dev.perene.adapter.kube.ServedDefinitions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Holds the operator back until the API server keeps all that it writes, and lets it go on by itself then. Safe for use
 * by several threads.
 */
final class DefinitionGate {
    private static final Logger LOG = Logger.getLogger(DefinitionGate.class);

    private final Supplier<ServedDefinitions.Findings> look;
    private final Duration pause;
    private List<String> problems = List.of();
    private boolean closed;

    /**
     * A gate.
     *
     * @param look what the API server serves now
     * @param pause between two looks; also the time that a server has to take an applied definition into use
     */
    DefinitionGate(Supplier<ServedDefinitions.Findings> look, Duration pause) {
        this.look = look;
        this.pause = pause;
    }

    /**
     * Waits until all that this operator writes is kept.
     *
     * @return whether that is so; false when the gate was closed meanwhile
     */
    boolean await() {
        boolean waited = false;
        while (true) {
            ServedDefinitions.Findings found = look.get();
            if (found.problems().isEmpty()) {
                found.newer()
                        .forEach(extra -> LOG.infof("%s, which this version does not know; it is left alone", extra));
                return (!waited || rest()) && passed();
            }
            report(found.problems());
            waited = true;
            if (!rest()) {
                return false;
            }
        }
    }

    /** What is waited for, in words for people. */
    synchronized Optional<String> problem() {
        return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
    }

    /** Ends the wait: the process is told to stop. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private synchronized boolean passed() {
        problems = List.of();
        return !closed;
    }

    private synchronized void report(List<String> found) {
        if (!found.equals(problems)) {
            found.forEach(problem -> LOG.errorf("nothing is reconciled yet: %s", problem));
        }
        problems = List.copyOf(found);
    }

    private synchronized boolean rest() {
        long until = System.nanoTime() + pause.toNanos();
        try {
            for (long left = pause.toNanos(); !closed && left > 0; left = until - System.nanoTime()) {
                wait(left / 1_000_000, (int) (left % 1_000_000));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !closed;
    }
}
