package dev.perene.adapter.libvirt;

import org.libvirt.Connect;
import org.libvirt.Library;
import org.libvirt.LibvirtException;

/** libvirt's event loop on a platform thread of its own; keepalive and events need it. Started once, before any open. */
final class EventLoop {
    private static boolean running;

    private EventLoop() {}

    static synchronized void ensureRunning() throws LibvirtException {
        if (running) {
            return;
        }
        Library.initEventLoop();
        // The default is to print every error on standard error; ours are thrown.
        Connect.setErrorCallback(Silence.INSTANCE);
        Thread.ofPlatform().daemon().name("libvirt-events").start(EventLoop::turn);
        running = true;
    }

    private static void turn() {
        while (true) {
            try {
                Library.processEvent();
            } catch (LibvirtException failure) {
                System.getLogger(EventLoop.class.getName())
                        .log(System.Logger.Level.ERROR, "libvirt's event loop failed, it goes on", failure);
            }
        }
    }

    private enum Silence implements org.libvirt.jna.Libvirt.VirErrorCallback {
        INSTANCE;

        @Override
        public void errorCallback(com.sun.jna.Pointer user, org.libvirt.jna.virError error) {}
    }
}
