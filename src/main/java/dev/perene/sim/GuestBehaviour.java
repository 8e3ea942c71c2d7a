package dev.perene.sim;

import java.time.Duration;
import java.util.Optional;

/**
 * How a guest behaves.
 *
 * @param boots how long it boots; before that it does not hear the power button
 * @param answersPowerButton whether it shuts down when asked to (ACPI)
 * @param shutsDown how long its shutdown takes
 * @param fate how it ends by itself at every start; empty for never
 */
public record GuestBehaviour(Duration boots, boolean answersPowerButton, Duration shutsDown, Optional<Fate> fate) {
    /** Boots in 5 s, shuts down in 2 s when asked to. */
    public static final GuestBehaviour POLITE =
            new GuestBehaviour(Duration.ofSeconds(5), true, Duration.ofSeconds(2), Optional.empty());

    /** How a guest ends by itself. */
    public enum End {
        /** Its QEMU dies. */
        QemuDies,
        /** Its kernel panics. */
        Panics,
        /** It powers itself off. */
        PowersOff
    }

    /**
     * An end that comes at every start.
     *
     * @param end how
     * @param after when, counted from the start
     */
    public record Fate(End end, Duration after) {}

    /** Does not hear the power button. */
    public GuestBehaviour deaf() {
        return new GuestBehaviour(boots, false, shutsDown, fate);
    }

    /** Ends by itself some time after every start. */
    public GuestBehaviour ending(End end, Duration after) {
        return new GuestBehaviour(boots, answersPowerButton, shutsDown, Optional.of(new Fate(end, after)));
    }

    /** Takes longer or shorter to shut down. */
    public GuestBehaviour shuttingDownIn(Duration duration) {
        return new GuestBehaviour(boots, answersPowerButton, duration, fate);
    }

    /** Takes longer or shorter to boot. */
    public GuestBehaviour bootingIn(Duration duration) {
        return new GuestBehaviour(duration, answersPowerButton, shutsDown, fate);
    }
}
