package dev.perene.adapter.libvirt;

import org.libvirt.Connect;
import org.libvirt.LibvirtException;
import org.libvirt.jna.ConnectionPointer;

/** A connection that shows its C pointer, for the calls that libvirt-java does not bind. */
final class OpenConnect extends Connect {
    OpenConnect(String uri) throws LibvirtException {
        super(uri);
    }

    ConnectionPointer pointer() {
        return vcp;
    }
}
