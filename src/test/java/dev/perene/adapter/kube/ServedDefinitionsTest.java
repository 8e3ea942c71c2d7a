package dev.perene.adapter.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.RealApiServer;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a real API server serves is compared with what this program writes. */
@Tag("api")
class ServedDefinitionsTest {
    private KubernetesClient client;
    private CustomResourceDefinition ours;

    /** A group of this test's own: the definitions that all tests share stay as they are. */
    @BeforeEach
    void definitionOfTheirOwn() {
        client = RealApiServer.shared().client();
        ours = RealApiServer.definitions().stream()
                .filter(definition -> definition.getSpec().getNames().getKind().equals("VirtualMachine"))
                .findFirst()
                .orElseThrow();
        ours.getSpec().setGroup("served.example");
        ours.getMetadata().setName("virtualmachines.served.example");
    }

    @AfterEach
    void remove() {
        client.resource(ours).delete();
        client.resource(ours).waitUntilCondition(gone -> gone == null, 30, java.util.concurrent.TimeUnit.SECONDS);
    }

    @Test
    void the_definitions_in_this_repository_are_those_that_the_program_was_built_with() {
        ServedDefinitions.Findings found = new ServedDefinitions(client).look();

        assertThat(found.problems()).isEmpty();
        assertThat(found.newer()).isEmpty();
    }

    @Test
    void a_definition_that_does_not_exist_is_named() {
        assertThat(look().problems())
                .singleElement()
                .asString()
                .contains("virtualmachines.served.example does not exist", "kubectl apply --filename crds");
    }

    @Test
    void an_older_definition_is_named_with_the_fields_that_it_lacks() {
        serve(schema -> {
            field(schema, "status").getProperties().remove("restartedAt");
            field(schema, "spec").getProperties().remove("policyRef");
            JSONSchemaProps conditions = field(field(schema, "status"), "conditions");
            conditions.getItems().getSchema().getProperties().remove("observedGeneration");
        });

        assertThat(look().problems())
                .singleElement()
                .asString()
                .contains(
                        "virtualmachines.served.example is older than this operator and lacks"
                                + " spec.policyRef, status.conditions[].observedGeneration, status.restartedAt;",
                        "kubectl apply --filename crds");
        assertThat(look().newer()).isEmpty();
    }

    @Test
    void a_word_that_the_server_would_refuse_is_named() {
        serve(schema -> field(field(schema, "status"), "guest").getEnum().removeIf(word -> word.asText()
                .equals("Ended")));

        assertThat(look().problems()).singleElement().asString().contains("lacks status.guest: Ended;");
    }

    @Test
    void a_newer_definition_does_no_harm() {
        serve(schema -> {
            JSONSchemaProps extra = new JSONSchemaProps();
            extra.setType("string");
            field(schema, "spec").getProperties().put("colour", extra);
        });

        assertThat(look().problems()).isEmpty();
        assertThat(look().newer())
                .containsExactly("CustomResourceDefinition virtualmachines.served.example has spec.colour");
    }

    @Test
    void a_definition_that_keeps_unknown_fields_lacks_none() {
        serve(schema -> {
            field(schema, "status").getProperties().remove("restartedAt");
            field(schema, "status").setXKubernetesPreserveUnknownFields(true);
        });

        assertThat(look().problems()).isEmpty();
    }

    @Test
    void a_definition_of_another_version_is_named() {
        CustomResourceDefinition other = Serialization.clone(ours);
        other.getSpec().getVersions().getFirst().setName("v1beta7");
        client.resource(other).create();

        assertThat(look().problems()).singleElement().asString().contains("does not serve version v1alpha1");
    }

    private ServedDefinitions.Findings look() {
        return new ServedDefinitions(client, List.of(ours)).look();
    }

    private void serve(Consumer<JSONSchemaProps> change) {
        CustomResourceDefinition served = Serialization.clone(ours);
        change.accept(served.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema());
        client.resource(served).create();
    }

    private static JSONSchemaProps field(JSONSchemaProps schema, String name) {
        return schema.getProperties().get(name);
    }
}
