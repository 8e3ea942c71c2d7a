package dev.perene.api;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with an object, field by field. Never stops at the first finding. */
final class Findings {
    private final List<Violation> violations = new ArrayList<>();

    /** Notes a violation unless the rule holds. */
    void rule(boolean holds, String field, String message) {
        if (!holds) {
            violations.add(new Violation(field, message));
        }
    }

    /** Notes a violation if the value is absent; true if it is there. */
    boolean required(@Nullable Object value, String field) {
        rule(value != null, field, Violation.REQUIRED);
        return value != null;
    }

    /** Notes a violation if a value that may be absent has another form. */
    void form(@Nullable String value, Pattern form, String field, String message) {
        rule(value == null || Forms.fits(form, value), field, message);
    }

    /** Notes a violation if the value is absent or has another form. */
    void requiredForm(@Nullable String value, Pattern form, String field, String message) {
        if (required(value, field)) {
            form(value, form, field, message);
        }
    }

    /** Notes a violation for every item that has another form. */
    void eachForm(List<String> values, Pattern form, String field, String message) {
        for (int index = 0; index < values.size(); index++) {
            form(values.get(index), form, item(field, index), message);
        }
    }

    /** Notes a violation if a number is absent or out of range. */
    void requiredRange(@Nullable Integer value, int lowest, int highest, String field, String message) {
        if (required(value, field)) {
            rule(value != null && value >= lowest && value <= highest, field, message);
        }
    }

    /** Notes a violation if two of the values are the same. */
    void distinct(Collection<?> values, String field, String message) {
        rule(new HashSet<>(values).size() == values.size(), field, message);
    }

    /** What was found, in the order of the checks. */
    List<Violation> violations() {
        return List.copyOf(violations);
    }

    /** The name of an item of a list. */
    static String item(String field, int index) {
        return field + "[" + index + "]";
    }
}
