package dev.perene.api;

import java.util.Collection;
import java.util.stream.Collectors;

/** The API server's own words for what does not fit the schema, so that a person reads the same before and after. */
final class Wording {
    private Wording() {}

    /** A word that is none of those that there are. */
    static String unsupported(String value, Collection<String> supported) {
        return "Unsupported value: " + quoted(value) + ": supported values: "
                + supported.stream().sorted().map(Wording::quoted).collect(Collectors.joining(", "));
    }

    /** A field that does not exist. The API server only says that it does not know it. */
    static String unknown(Collection<String> known) {
        return "Unknown field: the fields here are " + String.join(", ", known);
    }

    /** A value of another type. */
    static String wrongType(String field, String expected, String actual) {
        return field + " in body must be of type " + expected + ": " + quoted(actual);
    }

    /** A string of more characters than allowed. */
    static String tooLong(long longest) {
        return "Too long: may not be more than " + longest + " bytes";
    }

    /** A list or map of more items than allowed. */
    static String tooMany(int items, long most) {
        return "Too many: " + items + ": must have at most " + most + " items";
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
