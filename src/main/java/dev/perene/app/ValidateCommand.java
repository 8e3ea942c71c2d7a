package dev.perene.app;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code perene validate FILE…}. */
@Command(name = "validate", mixinStandardHelpOptions = true, description = "Checks manifests without a cluster.")
final class ValidateCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 0;
    }
}
