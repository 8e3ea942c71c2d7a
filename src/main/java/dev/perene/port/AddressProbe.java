package dev.perene.port;

import java.io.IOException;
import java.time.Duration;

/** Tries whether an address takes TCP connections. Safe for use by several threads. */
public interface AddressProbe {

    /**
     * Connects and closes.
     *
     * @param address an address or a name
     * @param port TCP port, 1 to 65535
     * @param deadline how long it may take
     * @throws IOException when nothing answers or the answer is no
     */
    void connect(String address, int port, Duration deadline) throws IOException;
}
