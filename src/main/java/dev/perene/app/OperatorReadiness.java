package dev.perene.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready means: the API server keeps what this operator writes, the caches are full, and this operator leads or would notice when nobody does. */
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
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("operator");
        return runtime.standing()
                .map(standing -> describe(answer, standing))
                .orElseGet(() -> answer.down().withData("problem", runtime.unreadiness()))
                .build();
    }

    private static HealthCheckResponseBuilder describe(HealthCheckResponseBuilder answer, Standing standing) {
        answer.status(standing.ready()).withData("leader", standing.leads()).withData("identity", standing.identity());
        standing.leader().ifPresent(leader -> answer.withData("leaderIdentity", leader));
        standing.problem().ifPresent(problem -> answer.withData("problem", problem));
        return answer;
    }
}
