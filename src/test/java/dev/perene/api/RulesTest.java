package dev.perene.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.RealApiServer;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RulesTest {
    static Stream<ApiCase> readable() {
        return Stream.concat(ApiCase.in("valid"), ApiCase.in("invalid"));
    }

    static Stream<ApiCase> all() {
        return Stream.concat(readable(), ApiCase.in("malformed"));
    }

    @ParameterizedTest
    @MethodSource("readable")
    void objectIsJudgedByItsRules(ApiCase manifest) {
        List<Violation> violations = validate(manifest.manifest());

        assertThat(violations).containsExactlyInAnyOrderElementsOf(manifest.expected());
    }

    @ParameterizedTest
    @MethodSource("all")
    void manifestIsJudgedByStructureAndRules(ApiCase manifest) {
        List<ManifestCheck> answers = ManifestCheck.of(manifest.manifest());

        assertThat(answers).singleElement().isInstanceOfSatisfying(ManifestCheck.Checked.class, checked -> assertThat(
                        checked.violations())
                .containsExactlyInAnyOrderElementsOf(manifest.expected()));
    }

    @Test
    void nullIsAsGoodAsAbsent() {
        String manifest = ApiCase.named("virtualmachine/valid/smallest.yaml").manifest()
                + "  placement: {hostSelector: {matchLabels: {zone: null}, matchExpressions: null}}\n";
        String without = ApiCase.named("virtualmachine/valid/smallest.yaml").manifest()
                + "  placement: {hostSelector: {matchExpressions: [{key: zone, operator: In, values: null}]}}\n";

        assertThat(validate(manifest)).isEmpty();
        assertThat(validate(without))
                .containsExactly(new Violation(
                        "spec.placement.hostSelector.matchExpressions[0].values", PlacementRules.VALUES_MESSAGE));
    }

    @Test
    void specWithNothingInItSaysWhatIsRequired() {
        VirtualMachineSpec machine =
                new VirtualMachineSpec(null, null, null, null, null, null, null, null, null, null, null, null, null);
        HypervisorSpec hypervisor = new HypervisorSpec(null, null, null, null, null, null);

        assertThat(machine.validate())
                .contains(
                        new Violation("spec.cpu", Violation.REQUIRED),
                        new Violation("spec.memory", Violation.REQUIRED));
        assertThat(hypervisor.validate())
                .contains(
                        new Violation("spec.libvirtURI", Violation.REQUIRED),
                        new Violation("spec.ssh", Violation.REQUIRED));
    }

    @Test
    void everyRuleHasACaseThatBreaksIt() {
        Set<String> messages = new TreeSet<>();
        RealApiServer.definitions()
                .forEach(definition -> collect(
                        definition
                                .getSpec()
                                .getVersions()
                                .getFirst()
                                .getSchema()
                                .getOpenAPIV3Schema(),
                        messages));

        Set<String> broken = ApiCase.in("invalid")
                .flatMap(manifest -> manifest.expected().stream())
                .map(Violation::message)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(broken).isEqualTo(messages);
    }

    @Test
    void everyStringOfASpecHasARuleAndALimitOrIsOneOfAFewWords() {
        Set<String> free = new TreeSet<>();
        RealApiServer.definitions().forEach(definition -> {
            JSONSchemaProps root =
                    definition.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
            freeStrings(
                    root.getProperties().get("spec"),
                    definition.getSpec().getNames().getKind() + ".spec",
                    free);
        });

        assertThat(free)
                .as("strings without a rule, or without a limit of length")
                .isEmpty();
    }

    private static List<Violation> validate(String manifest) {
        if (manifest.contains("kind: HAPolicy\n")) {
            return Serialization.unmarshal(manifest, HAPolicy.class).validate();
        }
        return manifest.contains("kind: Hypervisor\n")
                ? Serialization.unmarshal(manifest, Hypervisor.class).validate()
                : Serialization.unmarshal(manifest, VirtualMachine.class).validate();
    }

    private static void collect(JSONSchemaProps schema, Set<String> messages) {
        // A rule about a change is broken by no single manifest; ApiServerRulesTest has those.
        schema.getXKubernetesValidations().stream()
                .filter(rule -> !rule.getRule().contains("oldSelf"))
                .forEach(rule -> messages.add(rule.getMessage()));
        schema.getProperties().values().forEach(property -> collect(property, messages));
        if (schema.getItems() != null) {
            collect(schema.getItems().getSchema(), messages);
        }
    }

    private static void freeStrings(JSONSchemaProps schema, String field, Set<String> free) {
        boolean bound = schema.getEnum() != null && !schema.getEnum().isEmpty();
        boolean ruled = !schema.getXKubernetesValidations().isEmpty() && schema.getMaxLength() != null;
        if ("string".equals(schema.getType()) && !bound && !ruled) {
            free.add(field);
        }
        schema.getProperties().forEach((name, property) -> freeStrings(property, field + "." + name, free));
        if (schema.getItems() != null) {
            freeStrings(schema.getItems().getSchema(), field + "[]", free);
        }
    }
}
