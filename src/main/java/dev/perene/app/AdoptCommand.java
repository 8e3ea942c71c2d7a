package dev.perene.app;

import dev.perene.api.Hypervisor;
import dev.perene.api.Violation;
import dev.perene.api.VirtualMachineSpec.Adopt;
import dev.perene.vm.AdoptionManifest;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code perene adopt HOST DOMAIN}. It changes nothing. */
@Command(
        name = "adopt",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        description = {
            "Prints the manifest of a VirtualMachine that takes over an existing domain, ready for Git.",
            "Comments in it say what the host's admin has to allow, what cannot be described, and what the next",
            "restart would change. The guest goes on as it is, now and when the manifest is applied.",
            "It needs your right to read Hypervisors, and your own SSH access to the host as a user who may use its",
            "libvirt."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:here it is", "1:there is no such host or domain", "2:wrong usage", "255:ssh failed"})
final class AdoptCommand extends HostCommand {
    @Parameters(index = "0", paramLabel = "HOST", description = "Name of the Hypervisor.")
    private String hostName;

    @Parameters(index = "1", paramLabel = "DOMAIN", description = "libvirt's name of the domain.")
    private String domainName;

    private @Nullable Hypervisor host;
    private String namespace = "default";

    AdoptCommand() {
        this(() -> new KubernetesClientBuilder().build(), Programs.SYSTEM);
    }

    AdoptCommand(Supplier<KubernetesClient> clients, Programs programs) {
        super(clients, programs);
    }

    @Override
    Hypervisor find(KubernetesClient client, String where) throws GuestAccess.Impossible {
        if (!new Adopt(domainName).isValid()) {
            throw new GuestAccess.Impossible("domain '" + domainName
                    + "' has a name that no VirtualMachine can give: letters, digits and ._+:@-; rename it first: virsh"
                    + " domrename");
        }
        try {
            Hypervisor found =
                    client.resources(Hypervisor.class).withName(hostName).get();
            if (found == null) {
                throw new GuestAccess.Impossible("Hypervisor " + hostName + " does not exist");
            }
            List<Violation> violations = found.validate();
            if (!violations.isEmpty()) {
                throw new GuestAccess.Impossible(
                        "Hypervisor " + hostName + " is invalid: " + Violation.describe(violations));
            }
            host = found;
            namespace = where;
            return found;
        } catch (KubernetesClientException failure) {
            throw new GuestAccess.Impossible("the API server does not tell: " + failure.getMessage());
        }
    }

    @Override
    int look(SshInvocation ssh) throws IOException, InterruptedException, GuestAccess.Impossible {
        Programs.Ended ended = programs.output(ssh.definition(domainName));
        if (ended.status() != 0 || host == null) {
            return ended.status();
        }
        try {
            command.commandLine().getOut().print(AdoptionManifest.of(host, namespace, ended.output()));
        } catch (IllegalArgumentException unreadable) {
            throw new GuestAccess.Impossible(
                    "what virsh on " + hostName + " printed cannot be read: " + unreadable.getMessage());
        }
        command.commandLine().getOut().flush();
        return 0;
    }
}
