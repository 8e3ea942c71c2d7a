package dev.perene.sim;

import dev.perene.api.HypervisorSpec;
import dev.perene.port.AddressProbe;
import dev.perene.port.HostShell;
import dev.perene.port.LibvirtConnection;
import dev.perene.port.LibvirtConnector;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.LibvirtFailure.Kind;
import dev.perene.port.ShellObservation.PathKind;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** All machines by their addresses, and the ways that lead from a process to them. */
public final class SimulatedNetwork {
    private final Map<String, SimulatedHost> hosts = new ConcurrentHashMap<>();

    /** Puts a machine into the network. */
    public void add(SimulatedHost host) {
        hosts.put(host.address(), host);
    }

    /** All machines. */
    public Collection<SimulatedHost> hosts() {
        return List.copyOf(hosts.values());
    }

    /** The ports to hosts as one process has them. */
    public Access from(Timeline process) {
        return new Access(process);
    }

    /** The ways that lead from one process to the machines. */
    public final class Access implements LibvirtConnector, HostShell, AddressProbe {
        private static final Duration CONNECT = Duration.ofSeconds(1);
        private static final Duration TRY_AGAIN = Duration.ofMillis(200);
        private static final Duration OPEN = Duration.ofSeconds(8);

        private final Timeline process;

        private Access(Timeline process) {
            this.process = process;
        }

        @Override
        public LibvirtConnection open(HypervisorSpec spec, Listener listener) throws LibvirtFailure {
            process.crossing("libvirt open");
            SimulatedHost host;
            try {
                host = connected(URI.create(spec.libvirtURI()).getHost(), CONNECT);
            } catch (IOException failure) {
                throw new LibvirtFailure(Kind.Unreachable, String.valueOf(failure.getMessage()));
            }
            process.sleep(host.libvirt().latency());
            switch (host.libvirt().condition()) {
                case Running -> {}
                case Stopped -> throw new LibvirtFailure(Kind.Unreachable, "Connection refused");
                case Frozen, Stuck -> {
                    process.sleep(OPEN);
                    throw new LibvirtFailure(
                            Kind.Unreachable,
                            "libvirt took the connection and did not answer within " + OPEN.toSeconds() + " s");
                }
            }
            if (host.refusing()) {
                throw new LibvirtFailure(Kind.Unauthorized, "authentication failed: access denied");
            }
            return host.libvirt().connect(process, listener);
        }

        @Override
        public void connect(String address, int port, Duration deadline) throws IOException {
            process.crossing("probe");
            SimulatedHost host = connected(address, deadline);
            if (!host.takesLogins()) {
                throw new IOException("Connection refused");
            }
        }

        @Override
        public Result run(HypervisorSpec.Ssh ssh, List<String> command, Duration deadline) throws IOException {
            process.crossing("ssh");
            SimulatedHost host = connected(ssh.address(), deadline);
            if (!host.takesLogins()) {
                throw new IOException("Connection refused");
            }
            if (host.refusing()) {
                throw new IOException("no more authentication methods available");
            }
            if (command.equals(List.of("cat", "/proc/sys/kernel/random/boot_id"))) {
                return new Result(0, host.bootId() + "\n", "");
            }
            int options = command.indexOf("--");
            return command.contains("stat") && options >= 0
                    ? stat(host, command.subList(options + 1, command.size()))
                    : new Result(127, "", command.getFirst() + ": not found\n");
        }

        @Override
        public void forget(HypervisorSpec.Ssh ssh) {}

        private SimulatedHost connected(String address, Duration deadline) throws IOException {
            SimulatedHost host = hosts.get(address);
            if (host == null) {
                throw new IOException(address + ": no route to host");
            }
            for (Duration waited = Duration.ZERO; !host.reachable(); waited = waited.plus(TRY_AGAIN)) {
                if (waited.compareTo(deadline) >= 0) {
                    throw new IOException("connect timed out");
                }
                process.sleep(TRY_AGAIN);
            }
            return host;
        }

        private static Result stat(SimulatedHost host, List<String> paths) {
            StringBuilder output = new StringBuilder();
            StringBuilder errors = new StringBuilder();
            for (String path : paths) {
                Optional<PathKind> kind = host.path(path);
                if (kind.isPresent() && kind.get() != PathKind.Missing) {
                    output.append(words(kind.get())).append(':').append(path).append('\n');
                } else {
                    errors.append("stat: cannot statx '").append(path).append("': No such file or directory\n");
                }
            }
            return new Result(errors.isEmpty() ? 0 : 1, output.toString(), errors.toString());
        }

        private static String words(PathKind kind) {
            return switch (kind) {
                case File -> "regular file";
                case BlockDevice -> "block special file";
                case Other -> "directory";
                case Missing -> throw new IllegalArgumentException("nothing is there");
            };
        }
    }
}
