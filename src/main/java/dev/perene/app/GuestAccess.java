package dev.perene.app;

import dev.perene.api.Condition;
import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.Hypervisor;
import dev.perene.api.Violation;
import dev.perene.api.VirtualMachine;
import dev.perene.api.VirtualMachineSpec.Graphics;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Finds the host on which a guest can be looked at, with the rights of whoever asks. It changes nothing.
 *
 * @param domain UUID of the guest's domain
 * @param host where it runs
 */
record GuestAccess(UUID domain, Hypervisor host) {
    /** Reasons of Running=False with which a guest still has a console. */
    private static final Set<String> STANDING_STILL = Set.of("Paused", "Suspended");

    /** Why a guest cannot be looked at, in words for people, with what helps. */
    static final class Impossible extends Exception {
        private static final long serialVersionUID = 1;

        Impossible(String message) {
            super(message);
        }
    }

    /**
     * The guest of a VM.
     *
     * @param screen whether its screen is wanted
     */
    static GuestAccess find(KubernetesClient client, String namespace, String name, boolean screen) throws Impossible {
        String title = "VirtualMachine " + namespace + "/" + name;
        try {
            VirtualMachine machine = client.resources(VirtualMachine.class)
                    .inNamespace(namespace)
                    .withName(name)
                    .get();
            if (machine == null) {
                throw new Impossible(title + " does not exist; another namespace is named with --namespace");
            }
            if (screen && machine.getSpec().graphics() != Graphics.VNC) {
                throw new Impossible(
                        title + " has no screen: spec.graphics is None. Set it to VNC, then restart the VM: "
                                + "kubectl annotate virtualmachines.perene.dev " + name + " --namespace " + namespace
                                + " perene.dev/restartedAt=$(date -Is) --overwrite");
            }
            String hostName = runningOn(machine, title);
            Hypervisor host =
                    client.resources(Hypervisor.class).withName(hostName).get();
            if (host == null) {
                throw new Impossible(title + " runs on " + hostName + ", of which no Hypervisor is declared");
            }
            List<Violation> violations = host.validate();
            if (!violations.isEmpty()) {
                throw new Impossible("Hypervisor " + hostName + " is invalid: " + Violation.describe(violations));
            }
            return new GuestAccess(domain(machine), host);
        } catch (KubernetesClientException failure) {
            throw new Impossible("the API server does not tell: " + failure.getMessage());
        }
    }

    /** Its UID, but for a domain that was adopted. */
    private static UUID domain(VirtualMachine machine) {
        String adopted =
                machine.getStatus() == null ? null : machine.getStatus().domainUUID();
        return UUID.fromString(adopted == null ? machine.getMetadata().getUid() : adopted);
    }

    private static String runningOn(VirtualMachine machine, String title) throws Impossible {
        if (machine.getStatus() == null || machine.getStatus().hostName() == null) {
            throw new Impossible(title + " has no host yet" + why(machine));
        }
        boolean there = Conditions.of(machine.getStatus().conditions(), "Running")
                .filter(running ->
                        running.status() == ConditionStatus.True || STANDING_STILL.contains(running.reason()))
                .isPresent();
        if (!there) {
            throw new Impossible(
                    title + " is not running, it is " + machine.getStatus().printableStatus() + why(machine));
        }
        return machine.getStatus().hostName();
    }

    private static String why(VirtualMachine machine) {
        return Optional.ofNullable(machine.getStatus())
                .flatMap(status -> Conditions.of(status.conditions(), Conditions.READY))
                .map(Condition::message)
                .filter(message -> !message.isEmpty())
                .map(message -> ": " + message)
                .orElse("");
    }
}
