package dev.perene.api;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/** Amounts of CPU and memory. Never throws on what a person wrote. */
final class Quantities {
    /** One MiB in bytes. */
    static final BigDecimal MEBIBYTE = BigDecimal.valueOf(1L << 20);

    /** 16 TiB in bytes. */
    static final BigDecimal SIXTEEN_TEBIBYTES = BigDecimal.valueOf(1L << 44);

    private static final Pattern FORM = Pattern.compile(Forms.QUANTITY);

    private Quantities() {}

    /** Whether the quantity is well formed, at least the lowest and at most the highest amount. */
    static boolean within(Quantity quantity, BigDecimal lowest, BigDecimal highest) {
        if (!Forms.fits(FORM, quantity.toString())) {
            return false;
        }
        BigDecimal amount = quantity.getNumericalAmount();
        return amount.compareTo(lowest) >= 0 && amount.compareTo(highest) <= 0;
    }

    /** Whether the first is at least as much as the second; what is not well formed counts as nothing. */
    static boolean notLess(Quantity one, Quantity other) {
        return amount(one).compareTo(amount(other)) >= 0;
    }

    private static BigDecimal amount(Quantity quantity) {
        return Forms.fits(FORM, quantity.toString()) ? quantity.getNumericalAmount() : BigDecimal.ZERO;
    }

    /** Whether a well-formed quantity is a multiple of one MiB. */
    static boolean wholeMebibytes(Quantity quantity) {
        return quantity.getNumericalAmount().remainder(MEBIBYTE).signum() == 0;
    }
}
