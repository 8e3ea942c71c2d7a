package dev.perene.app;

import dev.perene.RealApiServer;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionNames;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Fabric8's mock server as a process, for hack/demo where no real API server can be had. It remembers objects and refuses
 * outdated writes; it knows no schema, defaults, rules, tables, garbage collection or users.
 */
final class MockControlPlane {
    private static final List<String> VERBS = List.of("create", "delete", "get", "list", "patch", "update", "watch");

    private MockControlPlane() {}

    /** Serves until it is killed. Arguments: address, port, and the kubeconfig to write once it serves. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int port = Integer.parseInt(arguments[1]);
        KubernetesMockServer server = server();
        server.init(InetAddress.getByName(arguments[0]), port);
        discovery(server);
        Files.writeString(Path.of(arguments[2]), kubeconfig("http://" + arguments[0] + ":" + port));
        Thread.currentThread().join();
    }

    private static KubernetesMockServer server() {
        Map<ServerRequest, Queue<ServerResponse>> expectations = new ConcurrentHashMap<>();
        List<CustomResourceDefinitionContext> kinds = RealApiServer.definitions().stream()
                .map(CustomResourceDefinitionContext::fromCrd)
                .toList();
        return new KubernetesMockServer(
                new Context(),
                new MockWebServer(),
                expectations,
                new KubernetesMixedDispatcher(expectations, kinds),
                false);
    }

    /** What kubectl asks before it does anything, and CRUD mode does not answer. */
    private static void discovery(KubernetesMockServer server) {
        List<CustomResourceDefinition> definitions = RealApiServer.definitions();
        String version =
                definitions.getFirst().getSpec().getVersions().getFirst().getName();
        String group = definitions.getFirst().getSpec().getGroup();
        answer(server, "/api", Map.of("kind", "APIVersions", "versions", List.of("v1")));
        answer(
                server,
                "/apis",
                Map.of(
                        "kind",
                        "APIGroupList",
                        "apiVersion",
                        "v1",
                        "groups",
                        List.of(group(group, version), group("apiextensions.k8s.io", "v1"))));
        answer(
                server,
                "/api/v1",
                resources(
                        "v1",
                        List.of(
                                resource("namespaces", "Namespace", false, List.of()),
                                resource("secrets", "Secret", true, List.of()),
                                resource("events", "Event", true, List.of()))));
        answer(
                server,
                "/apis/apiextensions.k8s.io/v1",
                resources(
                        "apiextensions.k8s.io/v1",
                        List.of(resource("customresourcedefinitions", "CustomResourceDefinition", false, List.of()))));
        answer(
                server,
                "/apis/" + group + "/" + version,
                resources(
                        group + "/" + version,
                        definitions.stream().map(MockControlPlane::resource).toList()));
    }

    private static Map<String, Object> resource(CustomResourceDefinition definition) {
        CustomResourceDefinitionNames names = definition.getSpec().getNames();
        return resource(
                names.getPlural(),
                names.getKind(),
                definition.getSpec().getScope().equals("Namespaced"),
                names.getShortNames());
    }

    private static Map<String, Object> resource(
            String plural, String kind, boolean namespaced, List<String> shortNames) {
        return Map.of(
                "name", plural,
                "singularName", "",
                "kind", kind,
                "namespaced", namespaced,
                "shortNames", shortNames,
                "verbs", VERBS);
    }

    private static Map<String, Object> resources(String groupVersion, List<Map<String, Object>> resources) {
        return Map.of(
                "kind", "APIResourceList", "apiVersion", "v1", "groupVersion", groupVersion, "resources", resources);
    }

    private static Map<String, Object> group(String name, String version) {
        Map<String, Object> served = Map.of("groupVersion", name + "/" + version, "version", version);
        return Map.of("name", name, "versions", List.of(served), "preferredVersion", served);
    }

    private static void answer(KubernetesMockServer server, String path, Map<String, Object> body) {
        server.expect().get().withPath(path).andReturn(200, body).always();
        server.expect()
                .get()
                .withPath(path + "?timeout=32s")
                .andReturn(200, body)
                .always();
    }

    private static String kubeconfig(String url) {
        return """
                apiVersion: v1
                kind: Config
                current-context: mock
                clusters:
                  - name: mock
                    cluster: {server: "%s"}
                contexts:
                  - name: mock
                    context: {cluster: mock, user: mock}
                users:
                  - name: mock
                    user: {}
                """
                .formatted(url);
    }
}
