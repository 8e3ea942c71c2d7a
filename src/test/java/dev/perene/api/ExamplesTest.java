package dev.perene.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.perene.RealApiServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people copy works as it stands. */
class ExamplesTest {
    private static final Path FOLDER = RealApiServer.repository().resolve("deploy/examples");

    static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void there_is_an_example_of_every_kind_and_of_both_ways_to_reach_a_host() throws IOException {
        assertThat(files())
                .contains(
                        "hapolicy.yaml",
                        "hypervisor-ssh.yaml",
                        "hypervisor-tls.yaml",
                        "virtualmachine-local-file.yaml",
                        "virtualmachine-shared-device.yaml");
    }

    @ParameterizedTest
    @MethodSource("files")
    void an_example_is_valid_by_the_records(String file) throws IOException {
        List<ManifestCheck> answers = ManifestCheck.of(Files.readString(FOLDER.resolve(file)));

        assertThat(answers).isNotEmpty().allSatisfy(answer -> assertThat(answer)
                .isInstanceOfSatisfying(ManifestCheck.Checked.class, checked -> assertThat(checked.violations())
                        .isEmpty()));
    }

    @Test
    void the_first_manifest_in_the_readme_is_valid() throws IOException {
        String readme = Files.readString(RealApiServer.repository().resolve("README.md"));
        Matcher manifest = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(readme);
        assertThat(manifest.find()).isTrue();

        assertThat(ManifestCheck.of(manifest.group(1)))
                .containsExactly(
                        new ManifestCheck.Checked(1, "Hypervisor", "rack1-a", List.of()),
                        new ManifestCheck.Checked(2, "VirtualMachine", "till", List.of()));
    }

    @Tag("api")
    @ParameterizedTest
    @MethodSource("files")
    void an_example_is_taken_by_the_api_server(String file) throws IOException {
        RealApiServer server = RealApiServer.shared();
        KubernetesClient client = server.client();
        GenericKubernetesResource object =
                Serialization.unmarshal(Files.readString(FOLDER.resolve(file)), GenericKubernetesResource.class);
        Resource<GenericKubernetesResource> example = object.getKind().equals("VirtualMachine")
                ? client.resource(object).inNamespace(server.namespace("examples"))
                : client.resource(object);

        assertThatCode(() -> example.dryRun()
                        .fieldValidation(FieldValidateable.Validation.STRICT)
                        .create())
                .doesNotThrowAnyException();
    }
}
