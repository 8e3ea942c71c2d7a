package dev.perene.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Not alive means: the thread that renews leadership, or asks for it, does neither any more; only a restart helps. */
@Liveness
@ApplicationScoped
public class OperatorLiveness implements HealthCheck {
    private final OperatorRuntime runtime;

    @Inject
    OperatorLiveness(OperatorRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("leader-election")
                .status(runtime.standing().map(Standing::alive).orElse(true))
                .build();
    }
}
