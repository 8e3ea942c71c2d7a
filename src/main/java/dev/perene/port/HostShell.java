package dev.perene.port;

import dev.perene.api.HypervisorSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs single commands on hosts over SSH with a pinned host key. Safe for use by several threads. */
public interface HostShell {

    /**
     * Runs one command and waits for its end.
     *
     * @param host where
     * @param command the program and its arguments; each reaches the program as it is, whatever is in it
     * @param deadline how long the whole may take
     * @return its exit status and what it printed
     * @throws IOException when the host cannot be reached, refuses the operator, shows another key, or time runs out;
     *     whether the command ran is then unknown
     */
    Result run(HypervisorSpec.Ssh host, List<String> command, Duration deadline) throws IOException;

    /** Forgets a host's session, if there is one. */
    void forget(HypervisorSpec.Ssh host);

    /**
     * How a command ended.
     *
     * @param status exit status, 0 for success
     * @param output its standard output
     * @param errors its standard error
     */
    record Result(int status, String output, String errors) {}
}
