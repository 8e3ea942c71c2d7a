package dev.perene.app;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code perene vnc VM}. */
@Command(
        name = "vnc",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = {
            "Leads a port of this machine's loopback address to the screen of a VM, prints vnc://127.0.0.1:PORT for a",
            "viewer, and keeps at it until Ctrl-C. The VM has a screen if its spec says graphics: VNC.",
            "It needs your right to read VirtualMachines and Hypervisors, and your own SSH access to the host as a",
            "user who may use its libvirt."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"1:there is no screen now", "2:wrong usage", "255:ssh failed"})
final class VncCommand extends GuestCommand {
    private static final Pattern DISPLAY = Pattern.compile("[^\\s]*:([0-9]{1,5})");
    private static final int FIRST_PORT = 5900;
    private static final int HIGHEST_PORT = 65_535;
    private static final Duration PAUSE = Duration.ofMillis(100);

    @Option(names = "--port", paramLabel = "LOCALPORT", description = "Port of this machine; by default a free one.")
    private int port;

    VncCommand() {
        this(() -> new KubernetesClientBuilder().build(), Programs.SYSTEM);
    }

    VncCommand(Supplier<KubernetesClient> clients, Programs programs) {
        super(clients, programs, true);
    }

    @Override
    int look(SshInvocation ssh, UUID domain) throws IOException, InterruptedException, GuestAccess.Impossible {
        if (port < 0 || port > HIGHEST_PORT) {
            throw new ParameterException(command.commandLine(), "--port must be between 1 and 65535");
        }
        int remote = port(programs.output(ssh.display(domain)));
        int local = freePort();
        try (Programs.Running tunnel = programs.start(ssh.tunnel(local, remote))) {
            while (tunnel.alive() && !answers(local)) {
                Thread.sleep(PAUSE);
            }
            if (tunnel.alive()) {
                command.commandLine().getOut().println("vnc://127.0.0.1:" + local);
                command.commandLine().getOut().flush();
            }
            return tunnel.await();
        }
    }

    /** The port that {@code virsh vncdisplay} tells as {@code 127.0.0.1:0} or {@code :0}. */
    private int port(Programs.Ended display) throws GuestAccess.Impossible {
        Matcher shown = DISPLAY.matcher(display.output().strip());
        if (display.status() != 0 || !shown.matches()) {
            throw new GuestAccess.Impossible("the host tells no screen of " + vm() + " (status " + display.status()
                    + "): if spec.graphics was set to VNC after the VM was started, restart it");
        }
        return FIRST_PORT + Integer.parseInt(shown.group(1));
    }

    /** The port that was asked for, or any. Another program's would be taken for the tunnel. */
    private int freePort() throws GuestAccess.Impossible {
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException taken) {
            throw new GuestAccess.Impossible("port " + port + " of this machine cannot be used: " + taken.getMessage());
        }
    }

    private static boolean answers(int local) {
        try (Socket probe = new Socket()) {
            probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), local), (int) PAUSE.toMillis());
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }
}
