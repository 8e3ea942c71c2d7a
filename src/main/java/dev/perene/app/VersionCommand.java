package dev.perene.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code perene version}. */
@Command(name = "version", mixinStandardHelpOptions = true, description = "Prints the version.")
final class VersionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        PrintWriter output = command.commandLine().getOut();
        output.println(version());
        output.flush();
        return 0;
    }

    static String version() throws IOException {
        Properties build = new Properties();
        try (InputStream file = VersionCommand.class.getResourceAsStream("/perene-build.properties")) {
            if (file == null) {
                throw new IOException("perene-build.properties is missing from the program");
            }
            build.load(file);
        }
        return "perene " + build.getProperty("version") + " (Java " + Runtime.version() + ")";
    }

    /** For {@code --version}. */
    static final class Provider implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            return new String[] {version()};
        }
    }
}
