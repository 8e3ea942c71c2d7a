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

    /** The number of bytes that a quantity says, 0 for none. */
    public static long bytes(@org.jspecify.annotations.Nullable Quantity quantity) {
        return quantity == null ? 0 : Quantity.getAmountInBytes(quantity).longValue();
    }
}
