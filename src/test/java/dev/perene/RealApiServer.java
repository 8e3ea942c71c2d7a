package dev.perene;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * One real kube-apiserver per test JVM, with the definitions of {@code crds/} installed; started when first asked for,
 * stopped with the JVM. Tests that use it share its objects: each keeps to names or a namespace of its own.
 *
 * <p>The programs are looked for in {@code KUBE_API_TEST_DIR}, then {@code $PERENE_SHARED/kube}, then
 * {@code ../shared/kube}; else Fabric8 downloads them. Where that is not possible either, the tests are skipped and say so.
 */
public final class RealApiServer {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static Optional<RealApiServer> shared = Optional.empty();
    private static Optional<String> unavailable = Optional.empty();

    private final String kubeConfig;
    private final KubernetesClient client;
    private final Set<String> namespaces = ConcurrentHashMap.newKeySet();

    private RealApiServer(String kubeConfig) {
        this.kubeConfig = kubeConfig;
        this.client = newClient();
    }

    /** The server of this JVM; skips the test where there can be none. To be asked for before each test, not before all. */
    public static synchronized RealApiServer shared() {
        if (shared.isEmpty() && unavailable.isEmpty()) {
            try {
                shared = Optional.of(start());
            } catch (NoPrograms missing) {
                unavailable = Optional.of("SKIPPED, no real kube-apiserver: " + missing.getMessage()
                        + ". Set KUBE_API_TEST_DIR to a folder with its programs.");
                System.err.println(unavailable.orElseThrow());
            }
        }
        unavailable.ifPresent(Assumptions::abort);
        return shared.orElseThrow();
    }

    /** A client with all rights that all tests share; nobody closes it. */
    public KubernetesClient client() {
        return client;
    }

    /** A new client with all rights; the caller closes it. */
    public KubernetesClient newClient() {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeConfig))
                .build();
    }

    /** Makes sure of a namespace and returns its name. */
    public String namespace(String name) {
        if (namespaces.add(name)) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build())
                    .serverSideApply();
        }
        return name;
    }

    /** The kubeconfig of a user with all rights, for programs such as kubectl. */
    public String kubeConfig() {
        return kubeConfig;
    }

    /** The folder that holds {@code crds/}. */
    public static Path repository() {
        return Path.of("").toAbsolutePath();
    }

    private static RealApiServer start() {
        KubeAPIServerConfigBuilder settings = KubeAPIServerConfigBuilder.anAPIServerConfig();
        Optional<Path> programs = programs();
        programs.ifPresent(folder -> settings.withTestDir(folder.toString()));
        KubeAPIServer server = new KubeAPIServer(settings.build());
        try {
            server.start();
        } catch (RuntimeException problem) {
            if (programs.isPresent()) {
                throw problem;
            }
            throw new NoPrograms("none found locally and the download failed (" + problem.getMessage() + ")");
        }
        RealApiServer started = new RealApiServer(server.getKubeConfigYaml());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> started.stop(server), "stop kube-apiserver"));
        started.installDefinitions();
        return started;
    }

    private static Optional<Path> programs() {
        String folder = System.getenv("KUBE_API_TEST_DIR");
        if (folder != null) {
            return Optional.of(Path.of(folder));
        }
        String sharedFolder = System.getenv("PERENE_SHARED");
        return Stream.of(
                        sharedFolder == null ? null : Path.of(sharedFolder),
                        repository().resolve("../shared"))
                .filter(Objects::nonNull)
                .map(place -> place.resolve("kube/unpack"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(RealApiServer::unpack);
    }

    /** The program prints the folder into which it unpacked. */
    private static Path unpack(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String folder = new String(process.getInputStream().readAllBytes()).strip();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(program + " failed");
            }
            return Path.of(folder);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        } catch (InterruptedException problem) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(problem);
        }
    }

    private void stop(KubeAPIServer server) {
        client.close();
        server.stop();
    }

    private void installDefinitions() {
        List<CustomResourceDefinition> definitions = definitions();
        definitions.forEach(definition -> client.resource(definition).createOr(existing -> existing.update()));
        definitions.forEach(definition ->
                client.resource(definition).waitUntilCondition(RealApiServer::established, 30, TimeUnit.SECONDS));
        definitions.forEach(definition -> awaitServed(client, definition));
    }

    /** The definitions in {@code crds/}. */
    public static List<CustomResourceDefinition> definitions() {
        try (Stream<Path> files = Files.list(repository().resolve("crds"))) {
            return files.sorted()
                    .map(RealApiServer::read)
                    .map(text -> Serialization.unmarshal(text, CustomResourceDefinition.class))
                    .toList();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static boolean established(CustomResourceDefinition definition) {
        return definition != null
                && definition.getStatus() != null
                && definition.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True"));
    }

    /** An established kind is listed, and its schema published, a moment later. */
    private static void awaitServed(KubernetesClient client, CustomResourceDefinition definition) {
        String version = definition.getSpec().getVersions().getFirst().getName();
        String path = "/apis/" + definition.getSpec().getGroup() + "/" + version + "/"
                + definition.getSpec().getNames().getPlural();
        Instant deadline = Instant.now().plus(PATIENCE);
        while (client.raw(path) == null) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException(path + " is not served after " + PATIENCE);
            }
            Thread.onSpinWait();
        }
    }

    /** There is nothing to start. */
    private static final class NoPrograms extends RuntimeException {
        private static final long serialVersionUID = 1;

        private NoPrograms(String message) {
            super(message);
        }
    }
}
