package dev.perene.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a person wrote with the shape that it should have: unknown and missing fields, types, words, lengths.
 * Finds all of them, in the API server's words, and leaves a copy that can be read as the record, with a stand-in where
 * a value was of another type or an unknown word. Never throws.
 */
final class StructureCheck {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final List<Violation> violations = new ArrayList<>();
    private final Set<String> replaced = new LinkedHashSet<>();

    /** What was found so far. */
    List<Violation> violations() {
        return List.copyOf(violations);
    }

    /**
     * Whether a rule that speaks of the field would speak of a stand-in, or repeat what was found already.
     *
     * @param field the field that the rule names
     */
    boolean makesMoot(String field) {
        return violations.stream().anyMatch(found -> found.field().equals(field))
                || replaced.stream().anyMatch(other -> isWithin(other, field) || isWithin(field, other));
    }

    private static boolean isWithin(String outer, String inner) {
        return inner.equals(outer) || inner.startsWith(outer + ".") || inner.startsWith(outer + "[");
    }

    /** Checks a value and returns the copy that can be read. */
    JsonNode check(Shape shape, JsonNode node, String field) {
        return switch (shape) {
            case Shape.Fields fields -> object(fields, node, field);
            case Shape.Items items -> list(items, node, field);
            case Shape.Entries entries -> map(entries, node, field);
            case Shape.Words words -> word(words, node, field);
            case Shape.Text text -> text(text, node, field);
            case Shape.Whole _ -> whole(node, field);
            case Shape.Amount _ -> amount(node, field);
            case Shape.Anything _ -> node;
        };
    }

    private JsonNode object(Shape.Fields fields, JsonNode node, String field) {
        ObjectNode copy = NODES.objectNode();
        if (!node.isObject()) {
            return wrongType("object", node, field, copy);
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            Shape member = fields.members().get(entry.getKey());
            String name = child(field, entry.getKey());
            if (member == null) {
                violations.add(
                        new Violation(name, Wording.unknown(fields.members().keySet())));
            } else if (!entry.getValue().isNull()) {
                copy.set(entry.getKey(), check(member, entry.getValue(), name));
            }
        }
        for (String required : fields.required()) {
            if (!copy.has(required)) {
                violations.add(new Violation(child(field, required), Violation.REQUIRED));
            }
        }
        return copy;
    }

    private JsonNode list(Shape.Items items, JsonNode node, String field) {
        ArrayNode copy = NODES.arrayNode();
        if (!node.isArray()) {
            return wrongType("array", node, field, copy);
        }
        limit(node.size(), items.most(), field);
        for (int index = 0; index < node.size(); index++) {
            copy.add(check(items.item(), node.get(index), Findings.item(field, index)));
        }
        return copy;
    }

    private JsonNode map(Shape.Entries entries, JsonNode node, String field) {
        ObjectNode copy = NODES.objectNode();
        if (!node.isObject()) {
            return wrongType("object", node, field, copy);
        }
        limit(node.size(), entries.most(), field);
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!entry.getValue().isNull()) {
                copy.set(entry.getKey(), check(entries.value(), entry.getValue(), child(field, entry.getKey())));
            }
        }
        return copy;
    }

    private void limit(int size, long most, String field) {
        if (size > most) {
            violations.add(new Violation(field, Wording.tooMany(size, most)));
        }
    }

    private @Nullable JsonNode word(Shape.Words words, JsonNode node, String field) {
        if (!node.isTextual()) {
            return wrongType("string", node, field, NODES.nullNode());
        }
        if (!words.words().contains(node.textValue())) {
            violations.add(new Violation(field, Wording.unsupported(node.textValue(), words.words())));
            replaced.add(field);
            return NODES.nullNode();
        }
        return node;
    }

    private JsonNode text(Shape.Text text, JsonNode node, String field) {
        if (!node.isTextual()) {
            return wrongType("string", node, field, TextNode.valueOf(""));
        }
        String value = node.textValue();
        if (value.codePointCount(0, value.length()) > text.longest()) {
            violations.add(new Violation(field, Wording.tooLong(text.longest())));
        }
        return node;
    }

    private JsonNode whole(JsonNode node, String field) {
        if (!isWhole(node)) {
            return wrongType("integer", node, field, IntNode.valueOf(0));
        }
        // Every number has a rule for its range, and all ranges lie within 32 bits.
        BigDecimal value = node.decimalValue();
        BigDecimal least = BigDecimal.valueOf(Integer.MIN_VALUE);
        BigDecimal most = BigDecimal.valueOf(Integer.MAX_VALUE);
        return IntNode.valueOf(value.max(least).min(most).intValueExact());
    }

    private JsonNode amount(JsonNode node, String field) {
        if (node.isTextual()) {
            return node;
        }
        if (!isWhole(node)) {
            return wrongType("integer,string", node, field, TextNode.valueOf("0"));
        }
        return TextNode.valueOf(node.decimalValue().toBigInteger().toString());
    }

    /** JSON knows one kind of number: 2.0 is as good as 2. */
    private static boolean isWhole(JsonNode node) {
        return node.isIntegralNumber()
                || (node.isDouble()
                        && Double.isFinite(node.doubleValue())
                        && node.doubleValue() == Math.rint(node.doubleValue()));
    }

    private JsonNode wrongType(String expected, JsonNode node, String field, JsonNode standIn) {
        violations.add(new Violation(field, Wording.wrongType(field, expected, typeOf(node))));
        replaced.add(field);
        return standIn;
    }

    private static String typeOf(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case BOOLEAN -> "boolean";
            case NUMBER -> isWhole(node) ? "integer" : "number";
            case NULL -> "null";
            case STRING, BINARY, MISSING, POJO -> "string";
        };
    }

    private static String child(String field, String name) {
        return field.isEmpty() ? name : field + "." + name;
    }
}
