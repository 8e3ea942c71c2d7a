package dev.perene.port;

import java.time.Duration;
import java.util.Optional;

/** Takes down what was decided, done and seen, one line each. The real one is the log, the simulator's a transcript. */
public interface Journal {

    /**
     * One line.
     *
     * @param object kind and name of what it is about: {@code VirtualMachine shop/till}
     * @param host the host concerned
     * @param action one or two words: {@code start}, {@code wait}
     * @param outcome one word: {@code decided}, {@code done}, {@code failed}
     * @param reason a sentence for people
     * @param took how long it took
     */
    record Entry(
            String object,
            Optional<String> host,
            String action,
            String outcome,
            String reason,
            Optional<Duration> took) {}

    /** Takes down one line. */
    void write(Entry entry);
}
