package dev.perene.sim;

/** Unwinds what a killed process was doing. An error, so that nothing takes it for a failure to be dealt with. */
final class ProcessKilled extends Error {
    private static final long serialVersionUID = 1;

    ProcessKilled() {
        super("the process was killed", null, false, false);
    }
}
