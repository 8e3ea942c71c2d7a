package dev.perene.adapter.probe;

import dev.perene.port.AddressProbe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Connects by TCP and closes again. */
public final class TcpAddressProbe implements AddressProbe {
    @Override
    public void connect(String address, int port, Duration deadline) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), Math.toIntExact(deadline.toMillis()));
        } catch (IOException failure) {
            throw new IOException(address + " port " + port + ": " + failure.getMessage(), failure);
        }
    }
}
