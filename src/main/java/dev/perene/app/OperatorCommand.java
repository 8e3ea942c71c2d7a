package dev.perene.app;

import io.quarkus.runtime.Quarkus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code perene operator}. */
@Command(
        name = "operator",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = {
            "Runs the operator until it is told to stop (SIGTERM).",
            "It finds the API server as kubectl does: KUBECONFIG, or the Pod's service account.",
            "Metrics and health are on port 8080 (QUARKUS_HTTP_PORT): /q/metrics, /q/health."
        })
final class OperatorCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        Quarkus.run(OperatorApplication.class);
        return 0;
    }
}
