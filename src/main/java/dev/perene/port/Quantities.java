package dev.perene.port;

import io.fabric8.kubernetes.api.model.Quantity;

/** Turns numbers into quantities as people write them, and back. */
public final class Quantities {
    private static final long MEBIBYTE = 1L << 20;

    private Quantities() {}

    /** A count. */
    public static Quantity count(long number) {
        return new Quantity(Long.toString(number));
    }

    /** Bytes, rounded down to mebibytes. */
    public static Quantity bytes(long bytes) {
        return new Quantity(bytes / MEBIBYTE + "Mi");
    }
}
