package dev.perene.adapter.kube;

import dev.perene.api.HAPolicy;
import dev.perene.api.Hypervisor;
import dev.perene.api.PereneApi;
import dev.perene.api.VirtualMachine;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says whether the API server keeps all that this program writes. An older definition drops fields that it does not know
 * without a word: a restart that was carried out would be carried out again for ever, and restarts would have no bound.
 * Needs the permission to get customresourcedefinitions.
 */
public final class ServedDefinitions {
    private static final String REMEDY = "; apply crds/ of this version: kubectl apply --filename crds";

    private final KubernetesClient client;
    private final List<CustomResourceDefinition> ours;

    /** Compares with the definitions that this program was built with. */
    public ServedDefinitions(KubernetesClient client) {
        this(client, built());
    }

    /** Compares with other definitions. */
    ServedDefinitions(KubernetesClient client, List<CustomResourceDefinition> ours) {
        this.client = client;
        this.ours = List.copyOf(ours);
    }

    /**
     * What a look found.
     *
     * @param problems why nothing may be written yet, in words for people; empty when all is well
     * @param newer what the server knows and this program does not, which does no harm
     */
    public record Findings(List<String> problems, List<String> newer) {
        public Findings {
            problems = List.copyOf(problems);
            newer = List.copyOf(newer);
        }
    }

    /** Asks the API server. Never throws: that it does not answer is a problem as well. */
    public Findings look() {
        List<String> problems = new ArrayList<>();
        List<String> newer = new ArrayList<>();
        for (CustomResourceDefinition definition : ours) {
            String name = definition.getMetadata().getName();
            try {
                CustomResourceDefinition served = client.apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .withName(name)
                        .get();
                compare(definition, served, problems, newer);
            } catch (KubernetesClientException refused) {
                problems.add("CustomResourceDefinition " + name + " cannot be read (the permission to get"
                        + " customresourcedefinitions is needed): " + refused.getMessage());
            }
        }
        return new Findings(problems, newer);
    }

    private static void compare(
            CustomResourceDefinition wanted,
            CustomResourceDefinition served,
            List<String> problems,
            List<String> newer) {
        String name = "CustomResourceDefinition " + wanted.getMetadata().getName();
        if (served == null) {
            problems.add(name + " does not exist" + REMEDY);
            return;
        }
        Optional<JSONSchemaProps> theirs = schema(served);
        if (theirs.isEmpty()) {
            problems.add(name + " does not serve version " + PereneApi.VERSION + REMEDY);
            return;
        }
        JSONSchemaProps mine = schema(wanted).orElseThrow();
        List<String> missing = SchemaPaths.missing(mine, theirs.get());
        if (!missing.isEmpty()) {
            problems.add(name + " is older than this operator and lacks " + String.join(", ", missing) + REMEDY);
        }
        SchemaPaths.missing(theirs.get(), mine).forEach(extra -> newer.add(name + " has " + extra));
    }

    private static Optional<JSONSchemaProps> schema(CustomResourceDefinition definition) {
        return definition.getSpec().getVersions().stream()
                .filter(version -> version.getName().equals(PereneApi.VERSION) && version.getServed())
                .map(CustomResourceDefinitionVersion::getSchema)
                .filter(schema -> schema != null && schema.getOpenAPIV3Schema() != null)
                .map(schema -> schema.getOpenAPIV3Schema())
                .findFirst();
    }

    private static List<CustomResourceDefinition> built() {
        return List.of(HAPolicy.class, Hypervisor.class, VirtualMachine.class).stream()
                .map(kind -> built(HasMetadata.getFullResourceName(kind)))
                .toList();
    }

    private static CustomResourceDefinition built(String name) {
        try (InputStream file = ServedDefinitions.class.getResourceAsStream("/crds/" + name + ".yaml")) {
            if (file == null) {
                throw new IllegalStateException("crds/" + name + ".yaml is missing from the program");
            }
            return Serialization.unmarshal(file, CustomResourceDefinition.class);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
