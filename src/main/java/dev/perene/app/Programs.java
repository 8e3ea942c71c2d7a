package dev.perene.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs other programs at the caller's terminal. Tests put another in its place. */
interface Programs {
    /** What a program printed, and how it ended. */
    record Ended(int status, String output) {}

    /** Runs a program with the caller's input, output and terminal. */
    Running start(List<String> command) throws IOException;

    /** Runs a program to its end and keeps what it prints; it may ask the caller for a passphrase. */
    Ended output(List<String> command) throws IOException, InterruptedException;

    /** A program that runs. */
    interface Running extends AutoCloseable {
        /** Waits for its end; the exit status. */
        int await() throws InterruptedException;

        /** Whether it has not ended. */
        boolean alive();

        /** Ends it. */
        @Override
        void close();
    }

    /** Those of the system. */
    Programs SYSTEM = new Programs() {
        @Override
        public Running start(List<String> command) throws IOException {
            Process process = new ProcessBuilder(command).inheritIO().start();
            // A signal to this process alone must not leave the other one behind.
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "end " + command.getFirst()));
            return new Running() {
                @Override
                public int await() throws InterruptedException {
                    return process.waitFor();
                }

                @Override
                public boolean alive() {
                    return process.isAlive();
                }

                @Override
                public void close() {
                    process.destroy();
                }
            };
        }

        @Override
        public Ended output(List<String> command) throws IOException, InterruptedException {
            Process process = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(), output);
        }
    };
}
