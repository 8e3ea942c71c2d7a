package dev.perene.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Checks one document: first its structure, then its rules on what the structure leaves readable. */
final class DocumentCheck {
    private static final String API_VERSION = PereneApi.GROUP + "/" + PereneApi.VERSION;

    /** The API server's own sentence for a name that is none. */
    private static final String NAME_MESSAGE = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
            + " characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex"
            + " used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private static final String LONG_NAME_MESSAGE = "must be no more than 253 characters";
    private static final String NO_NAME_MESSAGE = Violation.REQUIRED + ": name or generateName is required";

    private static final Pattern NAME_FORM = Pattern.compile(Forms.DNS_SUBDOMAIN);

    private static final JsonMapper READER =
            JsonMapper.builder().addMixIn(Quantity.class, ReadAsWritten.class).build();

    private static final Map<String, Kind> KINDS = Map.of(
            "HAPolicy",
            new Kind(
                    document(HAPolicySpec.class, HAPolicyStatus.class),
                    spec -> read(spec, HAPolicySpec.class).validate(),
                    _ -> List.of()),
            "Hypervisor",
            new Kind(
                    document(HypervisorSpec.class, HypervisorStatus.class),
                    spec -> read(spec, HypervisorSpec.class).validate(),
                    _ -> List.of()),
            "VirtualMachine",
            new Kind(
                    document(VirtualMachineSpec.class, VirtualMachineStatus.class),
                    spec -> read(spec, VirtualMachineSpec.class).validate(),
                    VirtualMachineRules::checkName));

    private DocumentCheck() {}

    private record Kind(
            Shape.Fields shape,
            Function<JsonNode, List<Violation>> specRules,
            Function<String, List<Violation>> nameRules) {}

    /** The answers to one document; several when it is a list of objects. */
    static List<ManifestCheck> check(int document, JsonNode node) {
        if (!node.isObject()) {
            return List.of(new ManifestCheck.Unreadable(
                    document, 0, "must be an object with apiVersion, kind, metadata and spec"));
        }
        String apiVersion = node.path("apiVersion").asText();
        String kind = node.path("kind").asText();
        if (apiVersion.equals("v1") && kind.equals("List")) {
            List<ManifestCheck> answers = new ArrayList<>();
            node.path("items").forEach(item -> answers.addAll(check(document, item)));
            return answers;
        }
        boolean ours = apiVersion.startsWith(PereneApi.GROUP + "/") || apiVersion.isEmpty();
        if (!ours) {
            return List.of(new ManifestCheck.Skipped(document, apiVersion, kind));
        }
        String name = node.path("metadata").path("name").asText();
        return List.of(new ManifestCheck.Checked(document, kind, name, violations(apiVersion, kind, node)));
    }

    private static List<Violation> violations(String apiVersion, String kind, JsonNode node) {
        if (apiVersion.isEmpty()) {
            return List.of(new Violation("apiVersion", Violation.REQUIRED));
        }
        if (!apiVersion.equals(API_VERSION)) {
            return List.of(new Violation("apiVersion", Wording.unsupported(apiVersion, List.of(API_VERSION))));
        }
        if (kind.isEmpty()) {
            return List.of(new Violation("kind", Violation.REQUIRED));
        }
        Kind known = KINDS.get(kind);
        if (known == null) {
            return List.of(new Violation("kind", Wording.unsupported(kind, KINDS.keySet())));
        }
        StructureCheck structure = new StructureCheck();
        JsonNode readable = structure.check(known.shape(), node, "");
        List<Violation> rules = new ArrayList<>(name(readable.path("metadata"), known));
        if (readable.has("spec")) {
            rules.addAll(known.specRules().apply(readable.get("spec")));
        }
        rules.removeIf(rule -> structure.makesMoot(rule.field()));
        List<Violation> all = new ArrayList<>(structure.violations());
        all.addAll(rules);
        return all;
    }

    private static List<Violation> name(JsonNode metadata, Kind kind) {
        if (!metadata.has("name")) {
            Findings findings = new Findings();
            findings.rule(metadata.has("generateName"), "metadata.name", NO_NAME_MESSAGE);
            return findings.violations();
        }
        String name = metadata.get("name").asText();
        Findings findings = new Findings();
        findings.rule(name.length() <= 253, "metadata.name", LONG_NAME_MESSAGE);
        findings.rule(NAME_FORM.matcher(name).matches(), "metadata.name", NAME_MESSAGE);
        List<Violation> violations = new ArrayList<>(findings.violations());
        violations.addAll(kind.nameRules().apply(name));
        return violations;
    }

    private static Shape.Fields document(Class<?> spec, Class<?> status) {
        Shape text = new Shape.Text(Long.MAX_VALUE);
        return new Shape.Fields(
                Map.of(
                        "apiVersion", text,
                        "kind", text,
                        "metadata", Shape.of(Metadata.class),
                        "spec", Shape.of(spec),
                        "status", Shape.of(status)),
                Set.of("spec"));
    }

    /** What may stand under {@code metadata}; what the API server writes there itself is let through. */
    private record Metadata(
            String name,
            String generateName,
            String namespace,
            Map<String, String> labels,
            Map<String, String> annotations,
            List<String> finalizers,
            JsonNode ownerReferences,
            JsonNode managedFields,
            JsonNode uid,
            JsonNode resourceVersion,
            JsonNode generation,
            JsonNode selfLink,
            JsonNode creationTimestamp,
            JsonNode deletionTimestamp,
            JsonNode deletionGracePeriodSeconds) {}

    private static <T> T read(JsonNode node, Class<T> type) {
        try {
            return READER.treeToValue(node, type);
        } catch (JsonProcessingException problem) {
            throw new IllegalStateException("the structure of " + type.getSimpleName() + " was checked", problem);
        }
    }

    @JsonDeserialize(using = QuantityAsWritten.class)
    private interface ReadAsWritten {}

    /** Fabric8's own reader throws on some of what a person may write; the rules are to judge it instead. */
    private static final class QuantityAsWritten extends JsonDeserializer<Quantity> {
        @Override
        public Quantity deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return new Quantity(parser.getText(), "");
        }
    }
}
