package dev.perene.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready means: the caches are full and reconcilers run. */
@Readiness
@ApplicationScoped
public class OperatorReadiness implements HealthCheck {
    private final OperatorRuntime runtime;

    @Inject
    OperatorReadiness(OperatorRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("operator").status(runtime.ready()).build();
    }
}
