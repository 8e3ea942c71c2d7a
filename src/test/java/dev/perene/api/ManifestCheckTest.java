package dev.perene.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestCheckTest {
    private static final String MACHINE =
            ApiCase.named("virtualmachine/valid/smallest.yaml").manifest();
    private static final String HYPERVISOR =
            ApiCase.named("hypervisor/valid/smallest.yaml").manifest();

    @Test
    void everyDocumentIsAnsweredInItsOrder() {
        String text = "---\n" + MACHINE + "---\n---\napiVersion: apps/v1\nkind: Deployment\n---\n" + HYPERVISOR;

        List<ManifestCheck> answers = ManifestCheck.of(text);

        assertThat(answers)
                .containsExactly(
                        new ManifestCheck.Checked(1, "VirtualMachine", "web", List.of()),
                        new ManifestCheck.Skipped(2, "apps/v1", "Deployment"),
                        new ManifestCheck.Checked(3, "Hypervisor", "host-1", List.of()));
    }

    @Test
    void everyUnknownFieldIsNamedByItsPath() {
        String text = MACHINE.replace("cores: 2", "cores: 2\n    sockets: 1")
                .replace("name: root\n", "name: root\n    bus: scsi\n")
                .replace("name: web\n", "name: web\n  label: x\n")
                .replace("kind:", "owner: me\nkind:");

        assertThat(violations(text))
                .extracting(Violation::field)
                .containsExactlyInAnyOrder("owner", "metadata.label", "spec.cpu.sockets", "spec.disks[0].bus");
        assertThat(violations(text))
                .contains(new Violation("spec.cpu.sockets", "Unknown field: the fields here are cores, maxCores"));
    }

    @Test
    void structureAndRulesAreAnsweredTogether() {
        String text = MACHINE.replace("cores: 2", "cores: two")
                .replace("size: 2Gi", "size: 500M")
                .replace("spec:\n", "spec:\n  runStrategy: always\n  shutdownSeconds: -1\n  network: none\n");

        assertThat(violations(text))
                .containsExactlyInAnyOrder(
                        new Violation("spec.network", unknownSpecField()),
                        new Violation(
                                "spec.runStrategy",
                                "Unsupported value: \"always\": supported values: \"Always\", \"Halted\", \"RerunOnFailure\""),
                        new Violation("spec.cpu.cores", "spec.cpu.cores in body must be of type integer: \"string\""),
                        new Violation("spec.memory.size", VirtualMachineRules.MEMORY_SIZE_MESSAGE),
                        new Violation("spec.shutdownSeconds", VirtualMachineRules.SHUTDOWN_SECONDS_MESSAGE));
    }

    @Test
    void rulesAreSilentAboutWhatCouldNotBeRead() {
        String text = MACHINE.replace(
                "    shared:\n      path: /srv/images/web.qcow2\n      format: qcow2\n", "    shared: x\n");

        assertThat(violations(text))
                .containsExactly(new Violation(
                        "spec.disks[0].shared", "spec.disks[0].shared in body must be of type object: \"string\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2e9x", "i", "1.5"})
    void quantityThatCannotBeReadIsAViolation(String size) {
        String text = MACHINE.replace("size: 2Gi", "size: '" + size + "'");

        assertThat(violations(text))
                .containsExactly(new Violation("spec.memory.size", VirtualMachineRules.MEMORY_SIZE_MESSAGE));
    }

    @Test
    void quantityIsAStringOrAWholeNumber() {
        String text = MACHINE.replace("size: 2Gi", "size: 1.5");

        assertThat(violations(text))
                .containsExactly(new Violation(
                        "spec.memory.size", "spec.memory.size in body must be of type integer,string: \"number\""));
    }

    static Stream<List<String>> headers() {
        return Stream.of(
                List.of("kind: VirtualMachine", "apiVersion", "Required value"),
                List.of("apiVersion: perene.dev/v1alpha1", "kind", "Required value"),
                List.of(
                        "{apiVersion: perene.dev/v2, kind: VirtualMachine}",
                        "apiVersion",
                        "Unsupported value: \"perene.dev/v2\": supported values: \"perene.dev/v1alpha1\""),
                List.of(
                        "{apiVersion: perene.dev/v1alpha1, kind: VirtualMachin}",
                        "kind",
                        "Unsupported value: \"VirtualMachin\": supported values: \"HAPolicy\", \"Hypervisor\", \"VirtualMachine\""));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void kindAndVersionMustBeOurs(List<String> header) {
        assertThat(violations(header.get(0))).containsExactly(new Violation(header.get(1), header.get(2)));
    }

    @Test
    void objectsOfAListAreCheckedOneByOne() {
        String indented = "- " + MACHINE.strip().replace("\n", "\n  ");
        String text =
                "apiVersion: v1\nkind: List\nitems:\n" + indented + "\n" + indented.replace("cores: 2", "cores: 0");

        assertThat(ManifestCheck.of(text))
                .containsExactly(
                        new ManifestCheck.Checked(1, "VirtualMachine", "web", List.of()),
                        new ManifestCheck.Checked(
                                1,
                                "VirtualMachine",
                                "web",
                                List.of(new Violation("spec.cpu.cores", VirtualMachineRules.CORES_MESSAGE))));
    }

    @Test
    void objectAsTheApiServerPrintsItIsValid() {
        String text = MACHINE.replace(
                        "name: web\n",
                        """
                        name: web
                          namespace: default
                          uid: 0d5a1f1c-6d0e-4d4e-9a53-0d8f2c9f3a11
                          resourceVersion: "7"
                          generation: 1
                          creationTimestamp: 2026-01-02T03:04:05Z
                          labels: {app: web}
                          annotations: {note: "x y"}
                          finalizers: [perene.dev/cleanup]
                        """)
                + """
                status:
                  observedGeneration: 1
                  hostName: host-1
                  restarts: 0
                  conditions:
                  - {type: Ready, status: "True", reason: Running, message: "", lastTransitionTime: "2026-01-02T03:04:05Z"}
                """;

        assertThat(violations(text)).isEmpty();
    }

    @Test
    void jsonIsReadToo() {
        String text =
                """
                {"apiVersion": "perene.dev/v1alpha1", "kind": "VirtualMachine", "metadata": {"name": "web"},
                 "spec": {"cpu": {"cores": 2.0}, "memory": {"size": 1073741824},
                          "disks": [{"name": "root", "shared": {"device": "/dev/vg0/web"}}]}}""";

        assertThat(violations(text)).isEmpty();
    }

    @Test
    void anchorsAndMergesCount() {
        String text = MACHINE.replace("cpu:\n    cores: 2", "cpu: &cpu\n    cores: 0\n  extra: *cpu");

        assertThat(violations(text))
                .containsExactlyInAnyOrder(
                        new Violation("spec.extra", unknownSpecField()),
                        new Violation("spec.cpu.cores", VirtualMachineRules.CORES_MESSAGE));
    }

    @Test
    void syntaxErrorHasItsLineAndTheDocumentsBeforeAreAnswered() {
        String text = MACHINE + "---\nkind: [\nspec: {\n";
        int lines = (int) MACHINE.lines().count();

        List<ManifestCheck> answers = ManifestCheck.of(text);

        assertThat(answers).hasSize(2);
        assertThat(answers.get(0)).isInstanceOf(ManifestCheck.Checked.class);
        assertThat(answers.get(1)).isInstanceOfSatisfying(ManifestCheck.Unreadable.class, broken -> {
            assertThat(broken.document()).isEqualTo(2);
            assertThat(broken.line()).isBetween(lines + 2, lines + 4);
            assertThat(broken.problem()).isNotBlank();
        });
    }

    @Test
    void sameKeyTwiceIsAnErrorWithItsLine() {
        String text = MACHINE.replace("    cores: 2\n", "    cores: 2\n    cores: 3\n");
        int line = text.lines().toList().indexOf("    cores: 3") + 1;

        assertThat(ManifestCheck.of(text))
                .singleElement()
                .isInstanceOfSatisfying(ManifestCheck.Unreadable.class, broken -> {
                    assertThat(broken.line()).isEqualTo(line);
                    assertThat(broken.problem()).contains("cores");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "just words",
                "- a\n- b",
                "42",
                "a: !unknown b",
                "\t",
                "a: \u0000",
                "a: &a [*a]",
                "apiVersion: perene.dev/v1alpha1\nkind: [x",
            })
    void whatIsNoObjectIsUnreadableAndNeverThrows(String text) {
        assertThat(ManifestCheck.of(text)).singleElement().isInstanceOf(ManifestCheck.Unreadable.class);
    }

    @Test
    void anchorsThatGrowBeyondAllMeasureAreRefused() {
        StringBuilder text = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int level = 1; level <= 20; level++) {
            text.append("a%d: &a%d [*a%d,*a%d]\n".formatted(level, level, level - 1, level - 1));
        }

        assertThat(ManifestCheck.of(text.toString())).singleElement().isInstanceOf(ManifestCheck.Unreadable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "# nothing\n", "---\n---\n"})
    void textWithoutDocumentsHasNoAnswers(String text) {
        assertThat(ManifestCheck.of(text)).isEmpty();
    }

    private static String unknownSpecField() {
        return "Unknown field: the fields here are "
                + Stream.of(VirtualMachineSpec.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .collect(Collectors.joining(", "));
    }

    private static List<Violation> violations(String text) {
        return ManifestCheck.of(text).stream()
                .flatMap(answer -> switch (answer) {
                    case ManifestCheck.Checked checked -> checked.violations().stream();
                    case ManifestCheck.Skipped skipped -> throw new AssertionError(skipped);
                    case ManifestCheck.Unreadable unreadable -> throw new AssertionError(unreadable);
                })
                .toList();
    }
}
