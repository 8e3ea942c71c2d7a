package dev.perene.app;

import dev.perene.api.HypervisorSpec.Ssh;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The argument lists of OpenSSH's {@code ssh} for a host whose key is pinned. No shell of ours reads them; the one on the
 * host sees words of ours and a UUID.
 *
 * @param ssh where and how the host is reached
 * @param alias the name under which its key stands in the file, so that address and port do not matter
 * @param knownHosts the only file whose keys are believed
 * @param user login name on the host
 * @param identity the caller's private key; what ssh finds by itself when empty
 */
record SshInvocation(Ssh ssh, String alias, Path knownHosts, String user, Optional<Path> identity) {
    private static final List<String> VIRSH = List.of("virsh", "-c", "qemu:///system");

    /** What {@link #knownHosts} has to hold. */
    String knownHostsLine() {
        return alias + " " + ssh.hostKey() + "\n";
    }

    /** Joins the caller's terminal and the serial console of a guest. */
    List<String> console(UUID domain) {
        return command(List.of("-t"), virsh("console", "--force", domain));
    }

    /**
     * Prints a domain's definition.
     *
     * @param domainName letters, digits and {@code ._+:@-}, so that no shell finds anything in it
     */
    List<String> definition(String domainName) {
        return command(List.of(), virsh("dumpxml", "--domain", domainName));
    }

    /** Prints where on its host a guest's screen is shown. */
    List<String> display(UUID domain) {
        return command(List.of(), virsh("vncdisplay", domain.toString()));
    }

    /** Leads a local port to a port of the host's loopback address for as long as it runs. */
    List<String> tunnel(int localPort, int port) {
        return command(
                List.of("-N", "-o", "ExitOnForwardFailure=yes", "-L", "127.0.0.1:" + localPort + ":127.0.0.1:" + port),
                List.of());
    }

    private static List<String> virsh(String command, String option, UUID domain) {
        List<String> words = new ArrayList<>(virsh(command, option));
        words.add(domain.toString());
        return words;
    }

    private static List<String> virsh(String... words) {
        List<String> all = new ArrayList<>(VIRSH);
        all.addAll(List.of(words));
        return all;
    }

    private List<String> command(List<String> options, List<String> remote) {
        List<String> command = new ArrayList<>(List.of("ssh"));
        option(command, "StrictHostKeyChecking=yes");
        // ssh splits the value at spaces and expands what follows a percent sign.
        option(command, "UserKnownHostsFile=\"" + knownHosts.toString().replace("%", "%%") + "\"");
        option(command, "GlobalKnownHostsFile=/dev/null");
        option(command, "KnownHostsCommand=none");
        option(command, "HostKeyAlias=" + alias);
        // A connection that is there already was not checked against this key.
        option(command, "ControlPath=none");
        identity.ifPresent(file -> {
            option(command, "IdentitiesOnly=yes");
            command.addAll(List.of("-i", file.toString()));
        });
        command.addAll(options);
        command.addAll(List.of("-p", ssh.port().toString(), "-l", user, "--", ssh.address()));
        command.addAll(remote);
        return List.copyOf(command);
    }

    private static void option(List<String> command, String option) {
        command.addAll(List.of("-o", option));
    }
}
