package dev.perene.adapter.libvirt;

import dev.perene.api.HypervisorSpec;
import dev.perene.port.AddressProbe;
import dev.perene.port.LibvirtConnection;
import dev.perene.port.LibvirtConnector;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.LibvirtFailure.Kind;
import dev.perene.port.SecretSource;
import dev.perene.port.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.libvirt.LibvirtException;
import org.libvirt.event.ConnectionCloseListener;
import org.libvirt.event.DomainEventType;
import org.libvirt.event.LifecycleListener;

/**
 * Opens connections to real libvirt daemons. {@code virConnectOpen} has no deadline, so the address is tried first and
 * the call made in a thread that can be left behind; the number of those is bounded.
 */
public final class JnaLibvirtConnector implements LibvirtConnector {
    private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(1);
    private static final Duration OPEN_DEADLINE = Duration.ofSeconds(8);
    private static final int MOST_OPENING = 64;

    private final AddressProbe probe;
    private final TimeSource time;
    private final LibvirtAddress.Keys keys;
    private final Semaphore opening = new Semaphore(MOST_OPENING);

    /** A connector that takes the operator's private keys from the given Secrets. */
    public JnaLibvirtConnector(AddressProbe probe, SecretSource secrets, TimeSource time) {
        this.probe = probe;
        this.time = time;
        this.keys = new LibvirtAddress.Keys(secrets);
    }

    @Override
    public LibvirtConnection open(HypervisorSpec host, Listener listener) throws LibvirtFailure {
        LibvirtAddress address = LibvirtAddress.of(host);
        try {
            probe.connect(address.host(), address.port(), CONNECT_DEADLINE);
        } catch (IOException failure) {
            throw new LibvirtFailure(Kind.Unreachable, String.valueOf(failure.getMessage()));
        }
        String uri = keys.uri(address, host);
        if (!opening.tryAcquire()) {
            throw new LibvirtFailure(Kind.Unreachable, MOST_OPENING + " connections are being opened already");
        }
        CompletableFuture<OpenConnect> opened = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("libvirt-open-" + address.host()).start(() -> open(uri, opened));
        return listening(awaited(opened), listener);
    }

    /** Runs in a thread of its own, which may outlive the caller's patience. */
    private void open(String uri, CompletableFuture<OpenConnect> opened) {
        try {
            EventLoop.ensureRunning();
            OpenConnect connect = new OpenConnect(uri);
            connect.setKeepAlive(1, 1);
            if (!opened.complete(connect)) {
                connect.close();
            }
        } catch (LibvirtException exception) {
            opened.completeExceptionally(Failures.opening(exception));
        } catch (RuntimeException | LinkageError failure) {
            opened.completeExceptionally(failure);
        } finally {
            opening.release();
        }
    }

    private static OpenConnect awaited(CompletableFuture<OpenConnect> opened) throws LibvirtFailure {
        try {
            return opened.get(OPEN_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            LibvirtFailure failure = new LibvirtFailure(
                    Kind.Unreachable,
                    "libvirt took the connection and did not answer within " + OPEN_DEADLINE.toSeconds() + " s");
            opened.completeExceptionally(failure);
            throw failure;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof LibvirtFailure failure) {
                throw failure;
            }
            throw new IllegalStateException("libvirt's client library does not work here", failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LibvirtFailure(Kind.Unreachable, "interrupted");
        }
    }

    private LibvirtConnection listening(OpenConnect connect, Listener listener) throws LibvirtFailure {
        boolean listens = listener != Listener.NONE;
        JnaLibvirtConnection[] connection = new JnaLibvirtConnection[1];
        LifecycleListener lifecycle = (domain, event) -> {
            try {
                UUID uuid = UUID.fromString(domain.getUUIDString());
                // A guest that stopped has the size and the tag that it had; asking again would delay its restart.
                if (event.getType() != DomainEventType.STOPPED) {
                    connection[0].changed(uuid);
                }
                listener.domainChanged(uuid);
            } catch (LibvirtException gone) {
                // The list that is read every few seconds tells what this event would have told.
            } finally {
                free(domain);
            }
            return 0;
        };
        ConnectionCloseListener closed = (lost, reason) -> listener.connectionLost(
                "the connection to libvirt ended: " + String.valueOf(reason).toLowerCase(java.util.Locale.ROOT));
        connection[0] = new JnaLibvirtConnection(connect, time, listens, () -> unregister(connect, lifecycle, listens));
        if (listens) {
            try {
                connect.registerCloseListener(closed);
                connect.addLifecycleListener(lifecycle);
            } catch (LibvirtException exception) {
                LibvirtFailure failure = Failures.during(connect, exception);
                connection[0].close();
                throw failure;
            }
        }
        return connection[0];
    }

    private static void unregister(OpenConnect connect, LifecycleListener lifecycle, boolean listens) {
        if (!listens) {
            return;
        }
        try {
            connect.removeLifecycleListener(lifecycle);
            connect.unregisterCloseListener();
        } catch (LibvirtException | IllegalStateException | NullPointerException alreadyGone) {
            // A connection that is lost has no listeners any more.
        }
    }

    private static void free(org.libvirt.Domain domain) {
        try {
            domain.free();
        } catch (LibvirtException alreadyGone) {
            // Nothing is left to be freed.
        }
    }
}
