package dev.perene.app;

import dev.perene.api.Hypervisor;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** What commands share that look at a guest. */
abstract class GuestCommand extends HostCommand {
    private final boolean screen;
    private @Nullable UUID domain;

    @Parameters(paramLabel = "VM", description = "Name of the VirtualMachine.")
    private String name;

    GuestCommand(Supplier<KubernetesClient> clients, Programs programs, boolean screen) {
        super(clients, programs);
        this.screen = screen;
    }

    /** Looks at the guest; the exit status. */
    abstract int look(SshInvocation ssh, UUID found) throws IOException, InterruptedException, GuestAccess.Impossible;

    /** The VM's name as the caller wrote it. */
    String vm() {
        return name;
    }

    @Override
    Hypervisor find(KubernetesClient client, String namespace) throws GuestAccess.Impossible {
        GuestAccess guest = GuestAccess.find(client, namespace, name, screen);
        domain = guest.domain();
        return guest.host();
    }

    @Override
    int look(SshInvocation ssh) throws IOException, InterruptedException, GuestAccess.Impossible {
        UUID found = domain;
        if (found == null) {
            throw new IllegalStateException("a guest that nobody found");
        }
        return look(ssh, found);
    }
}
