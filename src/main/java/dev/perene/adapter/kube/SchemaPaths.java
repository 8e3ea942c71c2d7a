package dev.perene.adapter.kube;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compares two schemas of one kind: what the API server would drop from, or refuse in, an object that was written by the
 * other one. Descriptions, rules and limits are not compared. Pure.
 */
final class SchemaPaths {
    private final List<String> missing = new ArrayList<>();

    private SchemaPaths() {}

    /**
     * What one schema has and the other has not.
     *
     * @param wanted the schema that objects are written by
     * @param served the schema that the server keeps them by
     * @return fields as {@code status.guest} or {@code status.conditions[].type}, words as {@code status.guest: Ended};
     *     of a field that is missing not also what is in it
     */
    static List<String> missing(JSONSchemaProps wanted, JSONSchemaProps served) {
        SchemaPaths paths = new SchemaPaths();
        for (String part : List.of("spec", "status")) {
            paths.property(part, part, wanted, served);
        }
        return List.copyOf(paths.missing);
    }

    private void property(String name, String path, JSONSchemaProps wanted, JSONSchemaProps served) {
        JSONSchemaProps here = wanted.getProperties().get(name);
        if (here == null) {
            return;
        }
        JSONSchemaProps there = served.getProperties().get(name);
        if (there == null) {
            missing.add(path);
        } else {
            compare(path, here, there);
        }
    }

    private void compare(String path, JSONSchemaProps wanted, JSONSchemaProps served) {
        if (Boolean.TRUE.equals(served.getXKubernetesPreserveUnknownFields())) {
            return;
        }
        if (!served.getEnum().isEmpty()) {
            wanted.getEnum().stream()
                    .filter(word -> !served.getEnum().contains(word))
                    .forEach(word -> missing.add(path + ": " + word.asText()));
        }
        for (Map.Entry<String, JSONSchemaProps> property :
                wanted.getProperties().entrySet()) {
            property(property.getKey(), path + "." + property.getKey(), wanted, served);
        }
        if (wanted.getItems() != null && wanted.getItems().getSchema() != null) {
            boolean list = served.getItems() != null && served.getItems().getSchema() != null;
            if (list) {
                compare(
                        path + "[]",
                        wanted.getItems().getSchema(),
                        served.getItems().getSchema());
            } else {
                missing.add(path + "[]");
            }
        }
    }
}
