package dev.perene.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.Condition;
import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Hypervisor;
import dev.perene.api.VirtualMachine;
import dev.perene.api.VirtualMachineStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code perene console} and {@code perene vnc} with an ssh that only notes how it was called. */
class GuestCommandTest {
    private static final String KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDx7rjq2kZKcZ0mTKTRPjTUpYZzIYYcCmCIlbyz8VkVZ";

    private final KubernetesMockServer server = new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);
    private final NotedPrograms ssh = new NotedPrograms();
    private final StringWriter output = new StringWriter();
    private final StringWriter errors = new StringWriter();

    /** The server's choice. */
    private String uid = "";

    @BeforeEach
    void start() {
        server.init();
    }

    @AfterEach
    void stop() {
        server.destroy();
    }

    @Test
    void a_console_is_joined_over_ssh_that_believes_the_pinned_key_alone() {
        declare("host1", "Running", ConditionStatus.True, "None");

        assertThat(console("-n", "shop", "till")).isEqualTo(7);

        List<String> command = ssh.commands.getFirst();
        assertThat(command)
                .containsSubsequence("ssh", "-o", "StrictHostKeyChecking=yes", "-o", "GlobalKnownHostsFile=/dev/null")
                .containsSubsequence("-o", "KnownHostsCommand=none", "-o", "HostKeyAlias=perene-host1")
                .containsSubsequence("-o", "ControlPath=none")
                .doesNotContain("-i");
        assertThat(command.subList(command.indexOf("-t"), command.size()))
                .containsExactly(
                        "-t",
                        "-p",
                        "2222",
                        "-l",
                        "admin",
                        "--",
                        "192.0.2.11",
                        "virsh",
                        "-c",
                        "qemu:///system",
                        "console",
                        "--force",
                        uid);
        assertThat(ssh.knownHosts).containsExactly("perene-host1 " + KEY + "\n");
        assertThat(ssh.knownHostsFile()).doesNotExist();
    }

    @Test
    void the_callers_key_and_name_are_used_when_they_are_given() {
        declare("host1", "Running", ConditionStatus.True, "None");

        console("-n", "shop", "--identity", "/home/me/my key", "--user", "me", "till");

        assertThat(ssh.commands.getFirst())
                .containsSubsequence("-o", "IdentitiesOnly=yes", "-i", "/home/me/my key")
                .containsSubsequence("-l", "me");
    }

    @Test
    void the_namespace_is_that_of_the_kubeconfig_unless_it_is_given() {
        declare("host1", "Running", ConditionStatus.True, "None");

        assertThat(console("till")).isEqualTo(1);

        assertThat(errors.toString()).contains("VirtualMachine test/till does not exist", "--namespace");
        assertThat(ssh.commands).isEmpty();
    }

    @Test
    void a_vm_without_a_host_is_told() {
        declare(null, "NoHost", ConditionStatus.False, "None");

        assertThat(console("-n", "shop", "till")).isEqualTo(1);
        assertThat(errors.toString()).contains("VirtualMachine shop/till has no host yet: for the reason NoHost");
    }

    @Test
    void a_vm_that_is_down_is_told_with_the_reason() {
        declare("host1", "Halted", ConditionStatus.False, "None");

        assertThat(console("-n", "shop", "till")).isEqualTo(1);
        assertThat(errors.toString()).contains("is not running, it is Halted: for the reason Halted");
        assertThat(ssh.commands).isEmpty();
    }

    @Test
    void a_paused_guest_still_has_a_console() {
        declare("host1", "Paused", ConditionStatus.False, "None");

        assertThat(console("-n", "shop", "till")).isEqualTo(7);
    }

    @Test
    void a_host_that_is_not_declared_is_named() {
        declare("host9", "Running", ConditionStatus.True, "None");

        assertThat(console("-n", "shop", "till")).isEqualTo(1);
        assertThat(errors.toString()).contains("runs on host9, of which no Hypervisor is declared");
    }

    @Test
    void a_vm_without_a_screen_is_told_with_the_field_and_what_to_do() {
        declare("host1", "Running", ConditionStatus.True, "None");

        assertThat(vnc("-n", "shop", "till")).isEqualTo(1);
        assertThat(errors.toString())
                .contains(
                        "VirtualMachine shop/till has no screen: spec.graphics is None. Set it to VNC",
                        "kubectl annotate virtualmachines.perene.dev till --namespace shop perene.dev/restartedAt=");
    }

    @Test
    void a_tunnel_leads_to_the_port_that_libvirt_tells() {
        declare("host1", "Running", ConditionStatus.True, "VNC");
        ssh.display = new Programs.Ended(0, "127.0.0.1:3\n\n");

        assertThat(vnc("-n", "shop", "till")).isEqualTo(7);

        List<String> display = ssh.commands.getFirst();
        assertThat(display.subList(display.indexOf("--"), display.size()))
                .containsExactly("--", "192.0.2.11", "virsh", "-c", "qemu:///system", "vncdisplay", uid);
        List<String> tunnel = ssh.commands.get(1);
        int local = ssh.localPort();
        assertThat(tunnel)
                .containsSubsequence(
                        "-N",
                        "-o",
                        "ExitOnForwardFailure=yes",
                        "-L",
                        "127.0.0.1:" + local + ":127.0.0.1:5903",
                        "-p",
                        "2222",
                        "--",
                        "192.0.2.11")
                .endsWith("192.0.2.11");
        assertThat(output.toString().strip()).isEqualTo("vnc://127.0.0.1:" + local);
    }

    @Test
    void a_guest_that_was_started_without_a_screen_is_told() {
        declare("host1", "Running", ConditionStatus.True, "VNC");
        ssh.display = new Programs.Ended(1, "");

        assertThat(vnc("-n", "shop", "till")).isEqualTo(1);
        assertThat(errors.toString()).contains("the host tells no screen of till (status 1)", "restart it");
        assertThat(ssh.commands).hasSize(1);
    }

    @Test
    void a_local_port_that_is_taken_is_told() throws IOException {
        declare("host1", "Running", ConditionStatus.True, "VNC");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(vnc("-n", "shop", "--port", Integer.toString(taken.getLocalPort()), "till"))
                    .isEqualTo(1);
        }
        assertThat(errors.toString()).contains("of this machine cannot be used");
        assertThat(ssh.commands).hasSize(1);
    }

    @Test
    void a_port_that_is_none_is_wrong_usage() {
        declare("host1", "Running", ConditionStatus.True, "VNC");

        assertThat(vnc("-n", "shop", "--port", "65536", "till")).isEqualTo(2);
        assertThat(errors.toString()).contains("--port must be between 1 and 65535");
    }

    @Test
    void an_ssh_that_is_not_installed_is_told() {
        declare("host1", "Running", ConditionStatus.True, "None");
        ssh.missing = true;

        assertThat(console("-n", "shop", "till")).isEqualTo(1);
        assertThat(errors.toString()).contains("No such file", "is OpenSSH's ssh installed?");
    }

    @Test
    void a_domains_definition_is_asked_for_and_its_manifest_printed() {
        declare("host1", "Running", ConditionStatus.True, "None");
        String definition =
                """
                <domain type='kvm'><name>legacy-mail</name><uuid>99999999-0000-4000-8000-000000000001</uuid>
                <memory unit='MiB'>512</memory><devices><disk type='file'><driver type='raw'/>
                <source file='/srv/mail.img'/><target dev='vda' bus='virtio'/></disk></devices></domain>
                """;
        ssh.display = new Programs.Ended(0, definition);

        assertThat(run(AdoptCommand::new, "-n", "shop", "host1", "legacy-mail")).isZero();

        assertThat(ssh.commands.getFirst())
                .endsWith("--", "192.0.2.11", "virsh", "-c", "qemu:///system", "dumpxml", "--domain", "legacy-mail");
        assertThat(output.toString())
                .contains("domainName: \"legacy-mail\"", "path: \"/srv/mail.img\"", "# Domain legacy-mail");
    }

    @Test
    void a_domain_whose_name_a_shell_could_misread_is_never_asked_for() {
        declare("host1", "Running", ConditionStatus.True, "None");

        assertThat(run(AdoptCommand::new, "host1", "mail; reboot")).isEqualTo(1);
        assertThat(errors.toString()).contains("has a name that no VirtualMachine can give");
        assertThat(ssh.commands).isEmpty();
    }

    @Test
    void a_host_that_is_not_declared_is_told() {
        assertThat(run(AdoptCommand::new, "host9", "mail")).isEqualTo(1);
        assertThat(errors.toString()).contains("Hypervisor host9 does not exist");
    }

    private int console(String... arguments) {
        return run(ConsoleCommand::new, arguments);
    }

    private int vnc(String... arguments) {
        return run(VncCommand::new, arguments);
    }

    private int run(BiFunction<Supplier<KubernetesClient>, Programs, HostCommand> made, String... arguments) {
        return new CommandLine(made.apply(server::createClient, ssh))
                .setOut(new PrintWriter(output))
                .setErr(new PrintWriter(errors))
                .execute(arguments);
    }

    private void declare(@Nullable String hostName, String reason, ConditionStatus running, String graphics) {
        Hypervisor host = Serialization.unmarshal(
                """
                apiVersion: perene.dev/v1alpha1
                kind: Hypervisor
                metadata: {name: host1}
                spec:
                  libvirtURI: qemu+ssh://root@192.0.2.11/system
                  ssh:
                    address: 192.0.2.11
                    port: 2222
                    user: admin
                    secretRef: {namespace: perene-system, name: ssh}
                    hostKey: %s
                  addresses: [{type: Management, address: 192.0.2.11}]
                """
                        .formatted(KEY),
                Hypervisor.class);
        VirtualMachine machine = Serialization.unmarshal(
                """
                apiVersion: perene.dev/v1alpha1
                kind: VirtualMachine
                metadata: {name: till, namespace: shop}
                spec:
                  cpu: {cores: 1}
                  memory: {size: 32Mi}
                  disks: [{name: system, shared: {device: /dev/vg/till}}]
                  graphics: %s
                """
                        .formatted(graphics),
                VirtualMachine.class);
        List<Condition> conditions = List.of(
                new Condition("Running", running, reason, "", "2026-01-01T00:00:00Z", 1L),
                new Condition("Ready", running, reason, "for the reason " + reason, "2026-01-01T00:00:00Z", 1L));
        machine.setStatus(new VirtualMachineStatus(1L, hostName, null, reason, 0, 0, null, null, conditions));
        try (KubernetesClient client = server.createClient()) {
            client.resource(host).create();
            uid = client.resource(machine).create().getMetadata().getUid();
        }
    }

    /** Notes what it is asked to run. A tunnel listens, as ssh would, until somebody connected. */
    private static final class NotedPrograms implements Programs {
        private final List<List<String>> commands = new ArrayList<>();
        private final List<String> knownHosts = new ArrayList<>();
        private Ended display = new Ended(0, ":0");
        private boolean missing;

        Path knownHostsFile() {
            return commands.getFirst().stream()
                    .filter(word -> word.startsWith("UserKnownHostsFile="))
                    .map(word -> Path.of(word.substring(word.indexOf('"') + 1, word.length() - 1)))
                    .findFirst()
                    .orElseThrow();
        }

        int localPort() {
            List<String> tunnel = commands.getLast();
            return Integer.parseInt(tunnel.get(tunnel.indexOf("-L") + 1).split(":")[1]);
        }

        @Override
        public Running start(List<String> command) throws IOException {
            note(command);
            ServerSocket listening = command.contains("-L")
                    ? new ServerSocket(localPort(), 1, InetAddress.getLoopbackAddress())
                    : new ServerSocket();
            return new Running() {
                @Override
                public int await() {
                    return 7;
                }

                @Override
                public boolean alive() {
                    return true;
                }

                @Override
                public void close() {
                    try {
                        listening.close();
                    } catch (IOException failure) {
                        throw new java.io.UncheckedIOException(failure);
                    }
                }
            };
        }

        @Override
        public Ended output(List<String> command) throws IOException {
            note(command);
            return display;
        }

        private void note(List<String> command) throws IOException {
            if (missing) {
                throw new IOException("Cannot run program \"ssh\": error=2, No such file or directory");
            }
            commands.add(command);
            knownHosts.add(Files.readString(knownHostsFile()));
        }
    }
}
