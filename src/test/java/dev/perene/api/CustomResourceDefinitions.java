package dev.perene.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.crdv2.generator.CustomResourceInfo;
import io.fabric8.crdv2.generator.ResolvingContext;
import io.fabric8.crdv2.generator.v1.CustomResourceHandler;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes the custom resource definitions from the records. Fabric8's generator does the most; what it cannot say (the
 * default status, conditions as a map, rules of list items, the order of columns) is added here.
 */
public final class CustomResourceDefinitions {
    private static final String HEADER =
            "# Written by hack/generate from the records in src/main/java/dev/perene/api. Do not edit.\n";

    private static final Map<String, Class<? extends CustomResource<?, ?>>> KINDS =
            Map.of("HAPolicy", HAPolicy.class, "Hypervisor", Hypervisor.class, "VirtualMachine", VirtualMachine.class);

    private CustomResourceDefinitions() {}

    /** Writes all definitions into the folder that the only argument names. */
    public static void main(String... arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        for (Map.Entry<String, String> file : files().entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
    }

    /** The definitions as they should be: file name to content. */
    static Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        CustomResourceHandler generator = new CustomResourceHandler();
        for (Class<? extends CustomResource<?, ?>> kind : KINDS.values()) {
            generator.handle(CustomResourceInfo.fromClass(kind), ResolvingContext.defaultResolvingContext(false));
        }
        generator.finish().map(Map.Entry::getKey).forEach(generated -> {
            CustomResourceDefinition definition = complete((CustomResourceDefinition) generated);
            files.put(definition.getMetadata().getName() + ".yaml", HEADER + yaml(definition));
        });
        return files;
    }

    private static CustomResourceDefinition complete(CustomResourceDefinition definition) {
        Class<?> kind = KINDS.get(definition.getSpec().getNames().getKind());
        CustomResourceDefinitionVersion version =
                definition.getSpec().getVersions().getFirst();
        version.setAdditionalPrinterColumns(columns(kind));
        JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
        root.setDescription(kind.getAnnotation(JsonClassDescription.class).value());
        root.setRequired(List.of("spec"));
        if (!root.getXKubernetesValidations().isEmpty()) {
            root.getProperties().put("metadata", metadata());
        }
        ParameterizedType custom = (ParameterizedType) kind.getGenericSuperclass();
        JSONSchemaProps spec = root.getProperties().get("spec");
        spec.setDescription("What is wanted.");
        rulesOfItems((Class<?>) custom.getActualTypeArguments()[0], spec);
        status(root.getProperties().get("status"));
        onceEach(root);
        return definition;
    }

    /** A rule at the root can only speak of the name if the schema mentions it. */
    private static JSONSchemaProps metadata() {
        return new JSONSchemaPropsBuilder()
                .withType("object")
                .addToProperties(
                        "name", new JSONSchemaPropsBuilder().withType("string").build())
                .build();
    }

    private static void status(JSONSchemaProps status) {
        status.setDescription("What was last seen. Written by Perene alone.");
        status.setDefault(JsonNodeFactory.instance.objectNode().put("observedGeneration", -1));
        JSONSchemaProps conditions = status.getProperties().get("conditions");
        conditions.setXKubernetesListType("map");
        conditions.setXKubernetesListMapKeys(List.of("type"));
        JSONSchemaProps condition = conditions.getItems().getSchema();
        condition.getProperties().get("lastTransitionTime").setFormat("date-time");
    }

    /** The generator sorts columns by path; people read them in the order in which they were declared. */
    private static List<CustomResourceColumnDefinition> columns(Class<?> kind) {
        return Stream.of(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
                .map(column -> {
                    CustomResourceColumnDefinition definition = new CustomResourceColumnDefinition();
                    definition.setName(column.name());
                    definition.setJsonPath(column.jsonPath());
                    definition.setType(column.type().getValue());
                    definition.setPriority(column.priority() == 0 ? null : column.priority());
                    return definition;
                })
                .toList();
    }

    private static void rulesOfItems(Class<?> type, JSONSchemaProps schema) {
        for (RecordComponent component : type.getRecordComponents()) {
            Field field = Shape.field(type, component);
            JSONSchemaProps property = schema.getProperties().get(component.getName());
            EachItem rules = field.getAnnotation(EachItem.class);
            if (rules != null) {
                JSONSchemaProps items = property.getItems().getSchema();
                items.setXKubernetesValidations(Stream.of(rules.value())
                        .map(CustomResourceDefinitions::rule)
                        .toList());
            }
            Class<?> inner = innermost(field);
            if (inner.isRecord()) {
                boolean list = property.getItems() != null;
                rulesOfItems(inner, list ? property.getItems().getSchema() : property);
            }
        }
    }

    /** The type that describes the field, or the items if it is a list. */
    private static Class<?> innermost(Field field) {
        SchemaFrom other = field.getAnnotation(SchemaFrom.class);
        if (other != null) {
            return other.type();
        }
        boolean list = field.getType() == List.class;
        return list
                ? (Class<?>) ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0]
                : field.getType();
    }

    /** The generator reads the annotations of a component twice: from its field and from its accessor. */
    private static void onceEach(JSONSchemaProps schema) {
        schema.setXKubernetesValidations(
                schema.getXKubernetesValidations().stream().distinct().toList());
        schema.getProperties().values().forEach(CustomResourceDefinitions::onceEach);
        if (schema.getItems() != null) {
            onceEach(schema.getItems().getSchema());
        }
    }

    private static io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule rule(ValidationRule rule) {
        var written = new io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule();
        written.setRule(rule.value());
        written.setMessage(rule.message());
        return written;
    }

    private static String yaml(HasMetadata definition) {
        YAMLFactory factory = YAMLFactory.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .disable(YAMLGenerator.Feature.SPLIT_LINES)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
                .build();
        try {
            return new ObjectMapper(factory).writeValueAsString(definition);
        } catch (JsonProcessingException problem) {
            throw new IllegalStateException(problem);
        }
    }
}
