package dev.perene.adapter.libvirt;

import dev.perene.api.HypervisorSpec;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.LibvirtFailure.Kind;
import dev.perene.port.SecretSource;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a host's libvirt listens.
 *
 * @param uri the URI in the spec
 * @param host address or name in it
 * @param port TCP port in it, or the default of its transport
 */
record LibvirtAddress(URI uri, String host, int port) {
    private static final Map<String, Integer> DEFAULT_PORTS =
            Map.of("qemu+ssh", 22, "qemu+tls", 16514, "qemu+tcp", 16509);

    static LibvirtAddress of(HypervisorSpec spec) throws LibvirtFailure {
        URI uri;
        try {
            uri = URI.create(spec.libvirtURI());
        } catch (IllegalArgumentException unparsable) {
            throw new LibvirtFailure(Kind.Unauthorized, "spec.libvirtURI cannot be parsed");
        }
        Integer standard = DEFAULT_PORTS.get(uri.getScheme());
        if (standard == null || uri.getHost() == null) {
            throw new LibvirtFailure(Kind.Unauthorized, "spec.libvirtURI names no transport that Perene uses");
        }
        String host = uri.getHost().replaceAll("[\\[\\]]", "");
        return new LibvirtAddress(uri, host, uri.getPort() < 0 ? standard : uri.getPort());
    }

    boolean overSsh() {
        return uri.getScheme().equals("qemu+ssh");
    }

    /**
     * Private keys and pinned host keys as files that only this process's user can read, since libvirt takes them from
     * files. They go with the machine's memory: the folder is the process's temporary one.
     */
    static final class Keys {
        private final SecretSource secrets;
        private @Nullable Path folder;

        Keys(SecretSource secrets) {
            this.secrets = secrets;
        }

        /** The URI to open: over SSH with the operator's key, and with no host key accepted but the pinned one. */
        synchronized String uri(LibvirtAddress address, HypervisorSpec spec) throws LibvirtFailure {
            if (!address.overSsh()) {
                return address.uri().toString();
            }
            try {
                byte[] key = secrets.privateKey(spec.ssh().secretRef());
                String place = address.host() + "-" + address.port();
                Path keyFile = write(place + ".key", key);
                String known = (address.port() == 22 ? address.host() : "[" + address.host() + "]:" + address.port())
                        + " " + spec.ssh().hostKey() + "\n";
                Path knownHosts = write(place + ".known_hosts", known.getBytes(StandardCharsets.UTF_8));
                return address.uri().toString().replaceFirst("^qemu\\+ssh:", "qemu+libssh:")
                        + "?sshauth=privkey&keyfile=" + encoded(keyFile) + "&known_hosts=" + encoded(knownHosts)
                        + "&known_hosts_verify=normal";
            } catch (IOException failure) {
                throw new LibvirtFailure(Kind.Unauthorized, String.valueOf(failure.getMessage()));
            }
        }

        private Path write(String name, byte[] content) throws IOException {
            if (folder == null) {
                folder = Files.createTempDirectory(
                        "perene-keys-",
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Path file = folder.resolve(name);
            if (Files.exists(file) && java.util.Arrays.equals(Files.readAllBytes(file), content)) {
                return file;
            }
            Path fresh = Files.createTempFile(
                    folder,
                    name,
                    ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(fresh, content);
            return Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        }

        private static String encoded(Path path) {
            return URLEncoder.encode(path.toString(), StandardCharsets.UTF_8);
        }
    }
}
