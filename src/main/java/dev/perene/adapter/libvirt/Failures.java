package dev.perene.adapter.libvirt;

import dev.perene.port.LibvirtFailure;
import dev.perene.port.LibvirtFailure.Kind;
import org.libvirt.Connect;
import org.libvirt.Error;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.libvirt.jna.Libvirt;
import org.libvirt.jna.virError;

/** Sorts libvirt's errors by what may be done about them. */
final class Failures {
    private Failures() {}

    /** A call on an open connection failed. */
    static LibvirtFailure during(Connect connect, LibvirtException exception) {
        return during(connect, exception.getError(), exception.getMessage());
    }

    /** A call that libvirt-java does not bind failed; the error is the calling thread's last one. */
    static LibvirtFailure last(Connect connect) {
        virError last = Libvirt.INSTANCE.virGetLastError();
        if (last == null) {
            return new LibvirtFailure(alive(connect) ? Kind.Refused : Kind.Unreachable, "libvirt gave no error");
        }
        Error error = new Error(last);
        return during(connect, error, error.getMessage());
    }

    /** No connection came about. */
    static LibvirtFailure opening(LibvirtException exception) {
        Error error = exception.getError();
        return new LibvirtFailure(
                error != null && isAboutCredentials(error.getCode()) ? Kind.Unauthorized : Kind.Unreachable,
                text(exception.getMessage()));
    }

    private static LibvirtFailure during(
            Connect connect,
            @org.jspecify.annotations.Nullable Error error,
            @org.jspecify.annotations.Nullable String message) {
        ErrorNumber code = error == null ? ErrorNumber.VIR_ERR_UNKNOWN : error.getCode();
        Kind kind =
                switch (code) {
                    case VIR_ERR_NO_DOMAIN -> Kind.NoSuchDomain;
                    case VIR_ERR_OPERATION_INVALID -> alive(connect) ? Kind.WrongState : Kind.Unreachable;
                    default ->
                        isAboutCredentials(code) ? Kind.Unauthorized : alive(connect) ? Kind.Refused : Kind.Unreachable;
                };
        return new LibvirtFailure(kind, text(message));
    }

    private static boolean isAboutCredentials(ErrorNumber code) {
        return switch (code) {
            case VIR_ERR_AUTH_FAILED,
                    VIR_ERR_AUTH_CANCELLED,
                    VIR_ERR_AUTH_UNAVAILABLE,
                    VIR_ERR_ACCESS_DENIED,
                    VIR_ERR_LIBSSH,
                    VIR_ERR_SSH -> true;
            default -> false;
        };
    }

    private static boolean alive(Connect connect) {
        try {
            return connect.isAlive();
        } catch (LibvirtException gone) {
            return false;
        }
    }

    private static String text(@org.jspecify.annotations.Nullable String message) {
        return message == null ? "libvirt gave no reason" : message.strip();
    }
}
