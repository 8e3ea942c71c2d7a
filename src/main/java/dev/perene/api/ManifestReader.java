package dev.perene.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads YAML as {@code kubectl} does: anchors and merges count, a key that is there twice is an error, and a MAC address
 * is a string. Never throws, and never grows beyond a fixed number of values however often an anchor is repeated.
 */
final class ManifestReader {
    private static final int MOST_VALUES = 100_000;
    private static final int DEEPEST = 100;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private int values;

    private ManifestReader() {}

    /** What a text holds: its documents up to the first that cannot be read, and why that one cannot. */
    record Reading(List<JsonNode> documents, Optional<Problem> problem) {}

    /**
     * Why a document cannot be read.
     *
     * @param line where, from 1; 0 when that is not known
     * @param sentence what is wrong
     */
    record Problem(int line, String sentence) {}

    /** Reads all documents of a text. Empty ones are left out. */
    static Reading read(String text) {
        List<JsonNode> documents = new ArrayList<>();
        try {
            for (Object document : parser().loadAll(text)) {
                if (document != null) {
                    documents.add(new ManifestReader().node(document, 0));
                }
            }
            return new Reading(documents, Optional.empty());
        } catch (MarkedYAMLException problem) {
            Mark mark = problem.getProblemMark();
            int line = mark == null ? 0 : mark.getLine() + 1;
            return new Reading(documents, Optional.of(new Problem(line, String.valueOf(problem.getProblem()))));
        } catch (YAMLException problem) {
            return new Reading(documents, Optional.of(new Problem(0, String.valueOf(problem.getMessage()))));
        }
    }

    private static Yaml parser() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        DumperOptions unused = new DumperOptions();
        return new Yaml(
                new SafeConstructor(options), new Representer(unused), unused, options, new KubernetesResolver());
    }

    private JsonNode node(Object value, int depth) {
        values++;
        if (values > MOST_VALUES || depth > DEEPEST) {
            throw new YAMLException(
                    "too large or nested too deeply: at most " + MOST_VALUES + " values, " + DEEPEST + " levels deep");
        }
        return switch (value) {
            case null -> NODES.nullNode();
            case Boolean truth -> NODES.booleanNode(truth);
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case BigInteger number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case List<?> items -> list(items, depth);
            case Map<?, ?> entries -> object(entries, depth);
            default -> NODES.textNode(value.toString());
        };
    }

    private ArrayNode list(List<?> items, int depth) {
        ArrayNode list = NODES.arrayNode();
        for (Object item : items) {
            list.add(node(item, depth + 1));
        }
        return list;
    }

    private ObjectNode object(Map<?, ?> entries, int depth) {
        ObjectNode object = NODES.objectNode();
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
            object.set(String.valueOf(entry.getKey()), node(entry.getValue(), depth + 1));
        }
        return object;
    }

    /** YAML 1.1 as the Go library has it: neither dates nor numbers to the base of 60, which MAC addresses look like. */
    private static final class KubernetesResolver extends Resolver {
        private static final Pattern WHOLE =
                Pattern.compile("[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)");
        private static final Pattern FRACTION = Pattern.compile(
                "[-+]?(?:[0-9][0-9_]*[.]?[0-9_]*|[.][0-9_]+)(?:[eE][-+]?[0-9]+)?|[-+]?[.](?:inf|Inf|INF)|[.](?:nan|NaN|NAN)");

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO", 10);
            addImplicitResolver(Tag.INT, WHOLE, "-+0123456789");
            addImplicitResolver(Tag.FLOAT, FRACTION, "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<", 10);
            addImplicitResolver(Tag.NULL, NULL, "~nN\0", 10);
            addImplicitResolver(Tag.NULL, EMPTY, null, 10);
        }
    }
}
