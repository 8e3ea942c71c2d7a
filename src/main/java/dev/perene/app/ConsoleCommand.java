package dev.perene.app;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Supplier;
import picocli.CommandLine.Command;

/** {@code perene console VM}. */
@Command(
        name = "console",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = {
            "Joins this terminal and the serial console of a VM; Ctrl-] ends it.",
            "A session that somebody else has is taken over. It needs your right to read VirtualMachines and",
            "Hypervisors, and your own SSH access to the host as a user who may use its libvirt."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:the console was left", "1:there is no console now", "2:wrong usage", "255:ssh failed"})
final class ConsoleCommand extends GuestCommand {
    ConsoleCommand() {
        this(() -> new KubernetesClientBuilder().build(), Programs.SYSTEM);
    }

    ConsoleCommand(Supplier<KubernetesClient> clients, Programs programs) {
        super(clients, programs, false);
    }

    @Override
    int look(SshInvocation ssh, UUID domain) throws IOException, InterruptedException {
        try (Programs.Running console = programs.start(ssh.console(domain))) {
            return console.await();
        }
    }
}
