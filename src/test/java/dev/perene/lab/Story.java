package dev.perene.lab;

import dev.perene.api.Condition;
import dev.perene.api.Conditions;
import dev.perene.api.Hypervisor;
import dev.perene.api.VirtualMachine;
import dev.perene.api.VirtualMachineStatus;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;

/** What lab stories share: the lab, the API server in it, one operator, and VMs that are gone after each story. */
@Tag("lab")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Story {
    static final String NAMESPACE = "default";
    static final String DEVICE = "shared1";
    static final String GUEST_ADDRESS = "10.77.0.101";

    /** How long anything may take that comes by itself; a noisy machine is slow, and no story is about speed. */
    static final Duration PATIENCE = Duration.ofSeconds(120);

    final Lab lab = Lab.fromEnvironment();
    final KubernetesClient client = new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(lab.kubeconfig().toFile()))
            .build();
    OperatorProcess operator = OperatorProcess.start(lab, 8090);

    @BeforeAll
    void declareHosts() {
        client.load(stream(lab.run("hypervisors"))).forceConflicts().serverSideApply();
        await("the operator is ready", operator::ready);
        await("all hosts are ready", () -> hypervisors().stream().allMatch(host -> isReady(host)));
    }

    @AfterEach
    void removeVirtualMachines() {
        client.resources(VirtualMachine.class).inNamespace(NAMESPACE).delete();
        await("all VMs are gone", () -> client.resources(VirtualMachine.class)
                .inNamespace(NAMESPACE)
                .list()
                .getItems()
                .isEmpty());
    }

    @AfterAll
    void stopOperator() {
        operator.close();
        client.close();
    }

    List<Hypervisor> hypervisors() {
        return client.resources(Hypervisor.class).list().getItems();
    }

    static boolean isReady(Hypervisor host) {
        return host.getStatus() != null
                && host.getStatus().conditions().stream().anyMatch(Story::isReady);
    }

    private static boolean isReady(Condition condition) {
        return condition.type().equals(Conditions.READY) && condition.status() == Condition.ConditionStatus.True;
    }

    /** Declares a VM with a fresh test guest on the first shared device. */
    Machine declare(String name, String... guestOptions) {
        lab.guestImage(DEVICE, withAddress(guestOptions));
        return declareAsIs(name, manifest -> manifest);
    }

    static String[] withAddress(String... options) {
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("--address", GUEST_ADDRESS), java.util.stream.Stream.of(options))
                .toArray(String[]::new);
    }

    /** Declares a VM whose manifest is changed first. */
    Machine declareAsIs(String name, UnaryOperator<String> edit) {
        String manifest =
                """
                apiVersion: perene.dev/v1alpha1
                kind: VirtualMachine
                metadata: {name: %s, namespace: %s}
                spec:
                  cpu: {cores: 1}
                  memory: {size: 32Mi}
                  disks:
                    - name: system
                      shared: {device: /dev/perene/%s}
                  interfaces:
                    - {name: net, bridge: br0}
                """
                        .formatted(name, NAMESPACE, DEVICE);
        client.load(stream(edit.apply(manifest))).create();
        return new Machine(name);
    }

    /** A VM that was declared in another way. */
    Machine named(String name) {
        return new Machine(name);
    }

    static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Waits until something is so; fails with what was waited for. */
    void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what + "; VMs: "
                        + client.resources(VirtualMachine.class).inNamespace(NAMESPACE).list().getItems().stream()
                                .map(machine -> machine.getMetadata().getName() + " " + machine.getStatus())
                                .toList());
            }
            pause(Duration.ofMillis(100));
        }
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** A declared VM. */
    final class Machine {
        private final String name;

        private Machine(String name) {
            this.name = name;
        }

        Resource<VirtualMachine> resource() {
            return client.resources(VirtualMachine.class).inNamespace(NAMESPACE).withName(name);
        }

        VirtualMachineStatus status() {
            return Optional.ofNullable(resource().get())
                    .map(VirtualMachine::getStatus)
                    .orElse(VirtualMachineStatus.UNTOUCHED);
        }

        String uid() {
            return resource().get().getMetadata().getUid();
        }

        String host() {
            return Optional.ofNullable(status().hostName()).orElse("");
        }

        int restarts() {
            return Optional.ofNullable(status().restarts()).orElse(0);
        }

        boolean is(String printableStatus) {
            return printableStatus.equals(status().printableStatus());
        }

        Optional<Condition> condition(String type) {
            return Conditions.of(status().conditions(), type);
        }

        String message() {
            return condition(Conditions.READY).map(Condition::message).orElse("");
        }

        GuestLog guest() {
            return lab.guestLog(uid());
        }

        Machine awaitRunning() {
            await(name + " runs and its guest writes", () -> is("Running") && guest().acknowledged() > 0);
            return this;
        }

        Machine awaitStatus(String printableStatus) {
            await(name + " is " + printableStatus + ", it is " + status(), () -> is(printableStatus));
            return this;
        }

        /** Waits until a guest that booted after so many others acknowledges writes. */
        void awaitBoots(long boots) {
            await(name + " has booted " + boots + " times", () -> guest().boots() >= boots);
            long before = guest().acknowledged();
            await(name + " writes after its boot number " + boots, () -> guest().acknowledged() > before + 5);
        }

        void patch(String mergePatch) {
            resource()
                    .patch(
                            io.fabric8.kubernetes.client.dsl.base.PatchContext.of(
                                    io.fabric8.kubernetes.client.dsl.base.PatchType.JSON_MERGE),
                            mergePatch);
        }

        void killQemu() {
            lab.ssh(host(), "kill -9 $(cat /run/libvirt/qemu/perene-" + uid() + ".pid)");
        }
    }
}
