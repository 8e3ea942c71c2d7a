package dev.perene.sim;

import java.time.Duration;
import java.util.Optional;

/**
 * How a guest behaves.
 *
 * @param boots how long it boots; before that it does not hear the power button
 * @param answersPowerButton whether it shuts down when asked to (ACPI)
 * @param shutsDown how long its shutdown takes
 * @param dies after how long its QEMU dies at every start; empty for never
 */
public record GuestBehaviour(Duration boots, boolean answersPowerButton, Duration shutsDown, Optional<Duration> dies) {
    /** Boots in 5 s, shuts down in 2 s when asked to. */
    public static final GuestBehaviour POLITE =
            new GuestBehaviour(Duration.ofSeconds(5), true, Duration.ofSeconds(2), Optional.empty());

    /** Does not hear the power button. */
    public GuestBehaviour deaf() {
        return new GuestBehaviour(boots, false, shutsDown, dies);
    }

    /** Dies soon after every start. */
    public GuestBehaviour dyingAfter(Duration life) {
        return new GuestBehaviour(boots, answersPowerButton, shutsDown, Optional.of(life));
    }

    /** Takes longer or shorter to shut down. */
    public GuestBehaviour shuttingDownIn(Duration duration) {
        return new GuestBehaviour(boots, answersPowerButton, duration, dies);
    }

    /** Takes longer or shorter to boot. */
    public GuestBehaviour bootingIn(Duration duration) {
        return new GuestBehaviour(duration, answersPowerButton, shutsDown, dies);
    }
}
