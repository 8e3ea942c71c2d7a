package dev.perene.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.RealApiServer;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import org.junit.jupiter.api.RepeatedTest;

/** An operator whose definitions were not applied yet. */
class DefinitionStories extends Story {
    private static final String NAME = "virtualmachines.perene.dev";

    @RepeatedTest(3)
    void an_operator_waits_for_the_definitions_of_its_version_and_goes_on_by_itself() {
        Machine till = declare("till").awaitRunning();
        operator.close();
        lacking("restartedAt");
        till.killQemu();
        try {
            operator = OperatorProcess.start(lab, 8090);
            await("the operator says what is missing", () -> operator.readinessText()
                    .contains("CustomResourceDefinition " + NAME
                            + " is older than this operator and lacks status.restartedAt; apply crds/"));
            pause(java.time.Duration.ofSeconds(5));
            assertThat(operator.ready()).isFalse();
            assertThat(lab.running(till.uid())).isZero();
        } finally {
            applyOurs();
        }

        await("the operator is ready", operator::ready);
        till.awaitBoots(2);
        till.awaitStatus("Running");
        assertThat(till.restarts()).isOne();
    }

    private void lacking(String field) {
        client.apiextensions().v1().customResourceDefinitions().withName(NAME).edit(definition -> {
            definition
                    .getSpec()
                    .getVersions()
                    .getFirst()
                    .getSchema()
                    .getOpenAPIV3Schema()
                    .getProperties()
                    .get("status")
                    .getProperties()
                    .remove(field);
            return definition;
        });
    }

    private void applyOurs() {
        CustomResourceDefinition ours = RealApiServer.definitions().stream()
                .filter(definition -> definition.getMetadata().getName().equals(NAME))
                .findFirst()
                .orElseThrow();
        client.resource(ours).forceConflicts().serverSideApply();
    }
}
