package dev.perene.port;

/** A libvirt call that did not do what it was asked to, sorted by what may be done about it. */
public final class LibvirtFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    /** What may be done about a failure. */
    public enum Kind {
        /** The connection is gone or never came about; whether the call took effect is unknown. Observe again. */
        Unreachable,
        /** The host refuses the operator: wrong key, wrong host key, no permission. A person has to mend it. */
        Unauthorized,
        /** The domain does not exist (any more). */
        NoSuchDomain,
        /** The domain is not in a state in which the call makes sense: start of a running one, stop of a stopped one. */
        WrongState,
        /** The host refused: no memory, no such bridge, image locked. May go by itself; try again with backoff. */
        Refused
    }

    /**
     * A failure.
     *
     * @param kind what may be done about it
     * @param message libvirt's own words
     */
    public LibvirtFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What may be done about it. */
    public Kind kind() {
        return kind;
    }
}
