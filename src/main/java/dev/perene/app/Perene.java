package dev.perene.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.InputStream;
import java.util.List;
import picocli.CommandLine;

/** The program's entry: {@code perene [operator|version|validate FILE…|console VM|vnc VM]}. Only the operator needs Quarkus. */
@QuarkusMain
public final class Perene {
    private Perene() {}

    /** Runs a command and exits with its status: 0 success, 1 failure, 2 wrong usage. */
    public static void main(String[] arguments) {
        if (arguments.length == 0 || List.of(arguments).equals(List.of("operator"))) {
            Quarkus.run(OperatorApplication.class, arguments);
        } else {
            System.exit(commandLine(System.in).execute(arguments));
        }
    }

    /** The commands, of which one reads standard input. */
    static CommandLine commandLine(InputStream standardInput) {
        CommandLine.IFactory factory = CommandLine.defaultFactory();
        return new CommandLine(new PereneCommand(), new CommandLine.IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                return type == ValidateCommand.class
                        ? type.cast(new ValidateCommand(standardInput))
                        : factory.create(type);
            }
        });
    }
}
