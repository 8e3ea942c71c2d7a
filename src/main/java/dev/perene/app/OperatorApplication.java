package dev.perene.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.inject.Inject;

/** Starts the operator inside Quarkus and waits until the process is told to stop. */
public final class OperatorApplication implements QuarkusApplication {
    private final OperatorRuntime runtime;

    @Inject
    OperatorApplication(OperatorRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public int run(String... arguments) {
        runtime.start();
        Quarkus.waitForExit();
        return 0;
    }
}
