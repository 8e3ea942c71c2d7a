package dev.perene.sim;

import dev.perene.port.LibvirtFailure;
import java.time.Duration;

/** What goes wrong with a call to libvirt. */
public sealed interface Fault {

    /**
     * libvirt refuses with its own words, and nothing changed.
     *
     * @param kind how the adapter sorts the error
     * @param words libvirt's
     */
    record Refused(LibvirtFailure.Kind kind, String words) implements Fault {}

    /** The call takes effect, and the connection breaks before its answer. */
    record AnswerLost() implements Fault {}

    /** The connection breaks before the call arrives. */
    record CallLost() implements Fault {}

    /**
     * The call takes longer.
     *
     * @param duration how much
     */
    record Slow(Duration duration) implements Fault {}

    /** QEMU finds no memory. */
    static Fault outOfMemory() {
        return refused("internal error: process exited while connecting to monitor: cannot set up guest memory"
                + " 'pc.ram': Cannot allocate memory");
    }

    /** The bridge is not there. */
    static Fault noBridge(String bridge) {
        return refused("Cannot get interface MTU on '" + bridge + "': No such device");
    }

    /** Another QEMU has the image open. */
    static Fault imageLocked() {
        return refused("internal error: process exited while connecting to monitor: Failed to get \"write\" lock\n"
                + "Is another process using the image?");
    }

    /** libvirt refuses for a reason that may go by itself. */
    static Fault refused(String words) {
        return new Refused(LibvirtFailure.Kind.Refused, words);
    }
}
