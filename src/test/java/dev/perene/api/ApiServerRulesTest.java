package dev.perene.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perene.RealApiServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A real API server says of every case what the records say, and nothing else. */
@Tag("api")
class ApiServerRulesTest {
    private static final String NAMESPACE = "rules";

    /** Before its own sentence the server shows the value: a Go string, a number or, of lists and objects, nothing. */
    private static final Pattern VALUE =
            Pattern.compile("^Invalid value: ((\"[^\"\\\\]*(\\\\.[^\"\\\\]*)*\"|[-0-9.e+]+): )?");

    private KubernetesClient client;

    @BeforeEach
    void start() {
        RealApiServer server = RealApiServer.shared();
        client = server.client();
        server.namespace(NAMESPACE);
    }

    static Stream<ApiCase> valid() {
        return ApiCase.in("valid");
    }

    static Stream<ApiCase> refused() {
        return Stream.concat(ApiCase.in("invalid"), ApiCase.in("malformed"));
    }

    @ParameterizedTest
    @MethodSource("valid")
    void validObjectIsTaken(ApiCase manifest) {
        GenericKubernetesResource created = strictly(manifest.manifest()).create();

        assertThat(created.getMetadata().getUid()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void invalidObjectIsRefusedInTheSameWords(ApiCase manifest) {
        List<Violation> violations = refusal(manifest.manifest());

        assertThat(violations).containsExactlyInAnyOrderElementsOf(manifest.expected());
    }

    @Test
    void tenMistakesHaveTenAnswers() {
        List<Violation> violations = refusal(
                ApiCase.named("virtualmachine/invalid/ten-mistakes.yaml").manifest());

        assertThat(violations).hasSize(10);
        assertThat(violations)
                .allSatisfy(violation ->
                        assertThat(violation.message()).hasSizeGreaterThan(20).doesNotContain("failed rule"));
        assertThat(violations).extracting(Violation::field).doesNotHaveDuplicates();
    }

    @Test
    void unknownFieldsAreRefusedStrictlyAndLostOtherwise() {
        String manifest = ApiCase.named("virtualmachine/valid/smallest.yaml")
                .manifest()
                .replace("cores: 2", "cores: 2\n    sockets: 1")
                .replace("name: root\n", "name: root\n    bus: scsi\n");

        String refusal = catchThrowableOfType(KubernetesClientException.class, () -> strictly(manifest)
                        .create())
                .getMessage();
        GenericKubernetesResource taken = resource(manifest).dryRun().create();

        assertThat(refusal)
                .contains("unknown field \"spec.cpu.sockets\"")
                .contains("unknown field \"spec.disks[0].bus\"");
        assertThat(Map.of("cpu", taken.<Object>get("spec", "cpu"))).isEqualTo(Map.of("cpu", Map.of("cores", 2)));
    }

    @Test
    void untouchedObjectHasDefaultsAndAStatusThatIsNotHealthy() {
        VirtualMachine machine = Serialization.unmarshal(
                ApiCase.named("virtualmachine/valid/smallest.yaml").manifest(), VirtualMachine.class);
        Hypervisor hypervisor = Serialization.unmarshal(
                ApiCase.named("hypervisor/valid/smallest.yaml").manifest(), Hypervisor.class);
        HAPolicy policy = Serialization.unmarshal(
                ApiCase.named("hapolicy/valid/restart-empty.yaml").manifest(), HAPolicy.class);
        machine.setStatus(null);
        hypervisor.setStatus(null);
        policy.setSpec(new HAPolicySpec(null));
        policy.setStatus(null);

        VirtualMachine createdMachine =
                client.resource(machine).inNamespace(NAMESPACE).create();
        Hypervisor createdHypervisor = client.resource(hypervisor).create();
        HAPolicy createdPolicy = client.resource(policy).create();
        try {
            assertThat(createdPolicy.getStatus()).isEqualTo(HAPolicyStatus.UNTOUCHED);
            assertThat(createdPolicy.getSpec()).isEqualTo(HAPolicySpec.BUILT_IN);
            assertThat(createdMachine.getStatus()).isEqualTo(VirtualMachineStatus.UNTOUCHED);
            assertThat(createdHypervisor.getStatus()).isEqualTo(HypervisorStatus.UNTOUCHED);
            GenericKubernetesResource stored = client.genericKubernetesResources(
                            machine.getApiVersion(), "VirtualMachine")
                    .inNamespace(NAMESPACE)
                    .withName("web")
                    .get();
            assertThat(stored.<String>get("spec", "runStrategy")).isEqualTo("Always");
            assertThat(stored.<Integer>get("spec", "shutdownSeconds")).isEqualTo(120);
        } finally {
            client.resource(createdMachine).delete();
            client.resource(createdHypervisor).delete();
            client.resource(createdPolicy).delete();
        }
    }

    @Test
    void statusIsWrittenApartFromTheSpecAndKeepsOneConditionPerType() {
        VirtualMachine machine = Serialization.unmarshal(
                ApiCase.named("virtualmachine/valid/smallest.yaml").manifest(), VirtualMachine.class);
        machine.getMetadata().setName("status");
        VirtualMachine created = client.resource(machine).inNamespace(NAMESPACE).create();
        Condition ready = new Condition(
                "Ready", Condition.ConditionStatus.True, "Running", "Runs on host-1.", "2026-01-02T03:04:05Z", 1L);
        try {
            created.setStatus(
                    new VirtualMachineStatus(1L, "host-1", null, "Running", 0, 0, null, null, List.of(ready)));
            VirtualMachine updated = client.resource(created).updateStatus();
            updated.setStatus(
                    new VirtualMachineStatus(1L, "host-1", null, "Running", 0, 0, null, null, List.of(ready, ready)));
            List<Violation> twice =
                    causes(catchThrowableOfType(KubernetesClientException.class, () -> client.resource(updated)
                            .updateStatus()));

            assertThat(updated.getMetadata().getGeneration()).isEqualTo(1);
            assertThat(twice).singleElement().satisfies(violation -> assertThat(violation.field())
                    .isEqualTo("status.conditions[1]"));
        } finally {
            client.resource(created).delete();
        }
    }

    @Test
    void whatIsAdoptedIsFixedWhenTheObjectIsCreated() {
        VirtualMachine machine = Serialization.unmarshal(
                ApiCase.named("virtualmachine/valid/adopt.yaml").manifest(), VirtualMachine.class);
        machine.getMetadata().setName("adopting");
        VirtualMachine created = client.resource(machine).inNamespace(NAMESPACE).create();
        String other = "{\"spec\":{\"adopt\":{\"domainName\":\"other\"}}}";
        String none = "{\"spec\":{\"adopt\":null}}";
        try {
            for (String patch : List.of(other, none)) {
                List<Violation> refused =
                        causes(catchThrowableOfType(KubernetesClientException.class, () -> client.resource(created)
                                .patch(PatchContext.of(PatchType.JSON_MERGE), patch)));
                assertThat(refused).singleElement().satisfies(violation -> assertThat(violation.message())
                        .contains("adopt is fixed when the object is created"));
            }
        } finally {
            client.resource(created).delete();
        }
    }

    @Test
    void kindsAreListedByTheirCategoryAndColumns() {
        var definitions = client.apiextensions().v1().customResourceDefinitions();

        var hypervisors = definitions.withName("hypervisors.perene.dev").get().getSpec();
        var machines = definitions.withName("virtualmachines.perene.dev").get().getSpec();

        var policies = definitions.withName("hapolicies.perene.dev").get().getSpec();

        assertThat(policies.getScope()).isEqualTo("Cluster");
        assertThat(policies.getNames().getShortNames()).containsExactly("hap");
        assertThat(policies.getNames().getCategories()).containsExactly("perene");
        assertThat(hypervisors.getScope()).isEqualTo("Cluster");
        assertThat(machines.getScope()).isEqualTo("Namespaced");
        assertThat(hypervisors.getNames().getCategories()).containsExactly("perene");
        assertThat(machines.getNames().getCategories()).containsExactly("perene");
        assertThat(hypervisors.getVersions().getFirst().getAdditionalPrinterColumns())
                .extracting("name")
                .containsExactly("Ready", "Reachable", "Scheduling", "VMs", "CPU", "Memory", "Age", "Why");
        assertThat(machines.getVersions().getFirst().getAdditionalPrinterColumns())
                .extracting("name")
                .containsExactly("Status", "Ready", "Host", "Restarts", "Age", "Why");
    }

    private List<Violation> refusal(String manifest) {
        return causes(catchThrowableOfType(
                KubernetesClientException.class, () -> strictly(manifest).create()));
    }

    /** What the server found; not its remark that it looked no further. */
    private static List<Violation> causes(KubernetesClientException refusal) {
        assertThat(refusal).as("the server took it").isNotNull();
        assertThat(refusal.getStatus().getDetails()).as(refusal.getMessage()).isNotNull();
        return refusal.getStatus().getDetails().getCauses().stream()
                .filter(cause -> !cause.getField().equals("<nil>"))
                .map(ApiServerRulesTest::violation)
                .toList();
    }

    private static Violation violation(StatusCause cause) {
        return new Violation(cause.getField(), VALUE.matcher(cause.getMessage()).replaceFirst(""));
    }

    private Resource<GenericKubernetesResource> resource(String manifest) {
        GenericKubernetesResource object = Serialization.unmarshal(manifest, GenericKubernetesResource.class);
        return object.getKind().equals("VirtualMachine")
                ? client.resource(object).inNamespace(NAMESPACE)
                : client.resource(object);
    }

    private NonDeletingOperation<GenericKubernetesResource> strictly(String manifest) {
        return resource(manifest).dryRun().fieldValidation(FieldValidateable.Validation.STRICT);
    }
}
