package dev.perene.app;

import dev.perene.api.ManifestCheck;
import dev.perene.api.Violation;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code perene validate FILE…}. It asks no server and changes nothing. */
@Command(
        name = "validate",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = {
            "Checks manifests without a cluster, in the words that the API server would use.",
            "Prints a line for every object that is fine, and one for every mistake in the others."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:nothing is wrong", "1:something is wrong, or a file cannot be read", "2:wrong usage"})
final class ValidateCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    private final InputStream standardInput;

    @Spec
    private CommandSpec command;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "YAML or JSON, one document or several; - is standard input.")
    private List<String> files;

    ValidateCommand(InputStream standardInput) {
        this.standardInput = standardInput;
    }

    @Override
    public Integer call() {
        files.forEach(this::refuseWhatIsNoFile);
        PrintWriter output = command.commandLine().getOut();
        boolean fine = true;
        for (String file : files) {
            fine &= report(file, output);
        }
        output.flush();
        return fine ? 0 : 1;
    }

    private void refuseWhatIsNoFile(String file) {
        if (file.equals(STANDARD_INPUT)) {
            return;
        }
        if (Files.isDirectory(Path.of(file))) {
            throw new ParameterException(command.commandLine(), file + " is a folder; name the files in it");
        }
        if (Files.notExists(Path.of(file))) {
            throw new ParameterException(command.commandLine(), "there is no file " + file);
        }
    }

    private boolean report(String file, PrintWriter output) {
        String name = file.equals(STANDARD_INPUT) ? "standard input" : file;
        List<ManifestCheck> answers;
        try {
            answers = ManifestCheck.of(text(file));
        } catch (CharacterCodingException problem) {
            output.println(line(name + ": unreadable: it is not UTF-8 text"));
            return false;
        } catch (IOException problem) {
            output.println(line(name + ": unreadable: " + problem));
            return false;
        }
        answers.forEach(answer -> print(name, answer, output));
        if (answers.isEmpty()) {
            output.println(line(name + ": no object in it"));
        }
        return !answers.isEmpty() && answers.stream().allMatch(ValidateCommand::isFine);
    }

    private String text(String file) throws IOException {
        byte[] bytes = file.equals(STANDARD_INPUT) ? standardInput.readAllBytes() : Files.readAllBytes(Path.of(file));
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    private static boolean isFine(ManifestCheck answer) {
        return switch (answer) {
            case ManifestCheck.Checked checked -> checked.violations().isEmpty();
            case ManifestCheck.Skipped skipped -> true;
            case ManifestCheck.Unreadable unreadable -> false;
        };
    }

    private static void print(String file, ManifestCheck answer, PrintWriter output) {
        String document = file + " document " + answer.document();
        switch (answer) {
            case ManifestCheck.Checked(int number, String kind, String name, List<Violation> violations) -> {
                String object = document + " " + (kind.isEmpty() ? "(no kind)" : kind) + "/"
                        + (name.isEmpty() ? "(no name)" : name);
                if (violations.isEmpty()) {
                    output.println(line(object + ": ok"));
                }
                violations.forEach(violation -> output.println(line(object + ": " + violation)));
            }
            case ManifestCheck.Skipped(int number, String apiVersion, String kind) ->
                output.println(line(document + " " + kind + ": skipped: " + apiVersion + " is not Perene's"));
            case ManifestCheck.Unreadable(int number, int at, String problem) ->
                output.println(line(document + (at > 0 ? " line " + at : "")
                        + ": unreadable, nothing after it was read: " + problem));
        }
    }

    /** One line, whatever a file has in its names: nothing that moves the cursor reaches a terminal. */
    private static String line(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().forEach(character -> {
            if (Character.isISOControl(character)) {
                line.append(character == '\n' ? "\\n" : String.format("\\u%04x", character));
            } else {
                line.appendCodePoint(character);
            }
        });
        return line.toString();
    }
}
