package dev.perene.app;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;

/**
 * One run of the command line, without a process and without Quarkus.
 *
 * @param status exit status
 * @param output what it said on standard output
 * @param errors what it said on standard error
 */
record CommandRun(int status, String output, String errors) {

    static CommandRun of(String... arguments) {
        return reading(new byte[0], arguments);
    }

    static CommandRun reading(String standardInput, String... arguments) {
        return reading(standardInput.getBytes(StandardCharsets.UTF_8), arguments);
    }

    static CommandRun reading(byte[] standardInput, String... arguments) {
        StringWriter output = new StringWriter();
        StringWriter errors = new StringWriter();
        CommandLine commands = Perene.commandLine(new ByteArrayInputStream(standardInput))
                .setOut(new PrintWriter(output))
                .setErr(new PrintWriter(errors));
        int status = commands.execute(arguments);
        commands.getOut().flush();
        commands.getErr().flush();
        return new CommandRun(status, output.toString(), errors.toString());
    }

    List<String> lines() {
        return output.lines().toList();
    }
}
