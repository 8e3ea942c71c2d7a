package dev.perene.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command without a subcommand. */
@Command(
        name = "perene",
        description = "Keeps virtual machines running when their hosts do not.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        subcommands = {
            OperatorCommand.class,
            VersionCommand.class,
            ValidateCommand.class,
            AdoptCommand.class,
            ConsoleCommand.class,
            VncCommand.class,
            HelpCommand.class
        },
        footer = {"", "Without a command it runs the operator."})
final class PereneCommand {}
