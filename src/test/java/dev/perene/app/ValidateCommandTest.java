package dev.perene.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.RealApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {
    private static final String MACHINE =
            """
            apiVersion: perene.dev/v1alpha1
            kind: VirtualMachine
            metadata:
              name: till
            spec:
              cpu: {cores: 1}
              memory: {size: 32Mi}
              disks:
              - name: system
                shared: {device: /dev/perene/shared1}
            """;

    @TempDir
    private Path folder;

    @Test
    void a_valid_object_is_ok() throws IOException {
        String file = file("till.yaml", MACHINE);

        CommandRun run = CommandRun.of("validate", file);

        assertThat(run).isEqualTo(new CommandRun(0, file + " document 1 VirtualMachine/till: ok\n", ""));
    }

    @Test
    void every_mistake_is_a_line_with_file_object_field_and_fix() throws IOException {
        String file = file("till.yaml", MACHINE.replace("cores: 1", "cores: 0").replace("size: 32Mi", "size: plenty"));

        CommandRun run = CommandRun.of("validate", file);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith(file + " document 1 VirtualMachine/till: spec."))
                .anySatisfy(line -> assertThat(line).contains("spec.cpu.cores: ", "between 1 and 512"))
                .anySatisfy(line -> assertThat(line).contains("spec.memory.size: ", "a multiple of 1Mi"));
    }

    @Test
    void ten_mistakes_have_ten_lines() {
        Path file =
                RealApiServer.repository().resolve("src/test/resources/api/virtualmachine/invalid/ten-mistakes.yaml");

        assertThat(CommandRun.of("validate", file.toString()).lines()).hasSize(10);
    }

    @Test
    void documents_are_numbered_and_those_of_others_are_skipped_aloud() throws IOException {
        String file = file("all.yaml", MACHINE + "---\napiVersion: v1\nkind: Secret\n---\n" + MACHINE);

        CommandRun run = CommandRun.of("validate", file);

        assertThat(run.status()).isZero();
        assertThat(run.lines())
                .containsExactly(
                        file + " document 1 VirtualMachine/till: ok",
                        file + " document 2 Secret: skipped: v1 is not Perene's",
                        file + " document 3 VirtualMachine/till: ok");
    }

    @Test
    void one_bad_file_among_good_ones_fails_the_run_and_hides_nothing() throws IOException {
        String bad = file("bad.yaml", MACHINE.replace("cores: 1", "cores: 0"));
        String good = file("good.yaml", MACHINE);

        CommandRun run = CommandRun.of("validate", bad, good);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.lines()).hasSize(2).last().asString().isEqualTo(good + " document 1 VirtualMachine/till: ok");
    }

    @Test
    void a_dash_is_standard_input() {
        CommandRun run = CommandRun.reading(MACHINE, "validate", "-");

        assertThat(run.status()).isZero();
        assertThat(run.lines()).containsExactly("standard input document 1 VirtualMachine/till: ok");
    }

    @Test
    void a_document_that_cannot_be_read_is_named_with_its_line() throws IOException {
        String file = file("broken.yaml", MACHINE + "---\nspec: [\n");

        CommandRun run = CommandRun.of("validate", file);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.lines().getLast()).startsWith(file + " document 2 line ").contains(": unreadable");
    }

    @Test
    void an_object_without_kind_and_name_is_still_answered() {
        CommandRun run = CommandRun.reading("apiVersion: perene.dev/v1alpha1\n", "validate", "-");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.lines()).containsExactly("standard input document 1 (no kind)/(no name): kind: Required value");
    }

    @Test
    void a_file_without_objects_is_not_taken_for_a_valid_one() {
        CommandRun run = CommandRun.reading("# nothing\n", "validate", "-");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.lines()).containsExactly("standard input: no object in it");
    }

    @Test
    void what_is_no_text_is_unreadable() {
        CommandRun run = CommandRun.reading(new byte[] {(byte) 0xff, (byte) 0xfe}, "validate", "-");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.lines()).containsExactly("standard input: unreadable: it is not UTF-8 text");
    }

    @Test
    void a_missing_file_is_wrong_usage_and_nothing_is_checked() throws IOException {
        String good = file("good.yaml", MACHINE);
        String missing = folder.resolve("missing.yaml").toString();

        CommandRun run = CommandRun.of("validate", good, missing);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).contains("there is no file " + missing);
    }

    @Test
    void a_folder_is_wrong_usage() {
        CommandRun run = CommandRun.of("validate", folder.toString());

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.errors()).contains(folder + " is a folder; name the files in it");
    }

    @Test
    void no_file_is_wrong_usage() {
        CommandRun run = CommandRun.of("validate");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.errors()).contains("Missing required parameter: 'FILE'");
    }

    @Test
    void what_a_name_holds_neither_moves_the_cursor_nor_makes_a_line_of_its_own() {
        String hostile = MACHINE.replace("name: till", "name: \"till\\e[2J\\nx document 1 VirtualMachine/y: ok\"");

        CommandRun run = CommandRun.reading(hostile, "validate", "-");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.lines()).isNotEmpty().allSatisfy(line -> assertThat(line)
                .startsWith("standard input document 1 VirtualMachine/till\\u001b[2J\\nx "));
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }
}
