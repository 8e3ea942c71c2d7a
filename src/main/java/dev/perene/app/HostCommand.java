package dev.perene.app;

import dev.perene.api.Hypervisor;
import dev.perene.api.HypervisorSpec.Ssh;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What commands share that look at a host: they find it with the caller's kubeconfig, and reach it over the caller's own
 * SSH access, trusting no key but the one that the Hypervisor names.
 */
abstract class HostCommand implements Callable<Integer> {
    private final Supplier<KubernetesClient> clients;
    final Programs programs;

    @Spec
    CommandSpec command;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "Namespace of the VM; by default that of the kubeconfig.")
    private @Nullable String namespace;

    @Option(
            names = "--identity",
            paramLabel = "FILE",
            description = "Private key for the host; by default what ssh finds by itself.")
    private @Nullable Path identity;

    @Option(
            names = "--user",
            paramLabel = "USER",
            description = "Login name; by default spec.ssh.user of the Hypervisor.")
    private @Nullable String user;

    HostCommand(Supplier<KubernetesClient> clients, Programs programs) {
        this.clients = clients;
        this.programs = programs;
    }

    /** Finds the host, and whatever else has to be known first. */
    abstract Hypervisor find(KubernetesClient client, String namespace) throws GuestAccess.Impossible;

    /** Looks at it; the exit status. */
    abstract int look(SshInvocation ssh) throws IOException, InterruptedException, GuestAccess.Impossible;

    @Override
    public Integer call() {
        try {
            Hypervisor host = find();
            Path knownHosts = Files.createTempFile("perene-", ".known_hosts");
            // Ctrl-C ends this process before it comes to the end of the method.
            Thread removal = new Thread(() -> remove(knownHosts), "remove known_hosts");
            Runtime.getRuntime().addShutdownHook(removal);
            try {
                Ssh access = host.getSpec().ssh();
                SshInvocation ssh = new SshInvocation(
                        access,
                        "perene-" + host.getMetadata().getName(),
                        knownHosts,
                        user == null ? access.user() : user,
                        Optional.ofNullable(identity));
                Files.writeString(knownHosts, ssh.knownHostsLine());
                return look(ssh);
            } finally {
                remove(knownHosts);
            }
        } catch (GuestAccess.Impossible reason) {
            return fail(String.valueOf(reason.getMessage()));
        } catch (IOException failure) {
            return fail(failure.getMessage() + "; is OpenSSH's ssh installed?");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return fail("interrupted");
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Hypervisor find() throws GuestAccess.Impossible {
        try (KubernetesClient client = clients.get()) {
            String where = namespace != null
                    ? namespace
                    : Optional.ofNullable(client.getNamespace()).orElse("default");
            return find(client, where);
        }
    }

    private int fail(String message) {
        command.commandLine().getErr().println("perene " + command.name() + ": " + message);
        command.commandLine().getErr().flush();
        return 1;
    }
}
