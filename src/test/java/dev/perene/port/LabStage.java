package dev.perene.port;

import dev.perene.adapter.libvirt.JnaLibvirtConnector;
import dev.perene.adapter.probe.TcpAddressProbe;
import dev.perene.api.HypervisorSpec;
import dev.perene.api.HypervisorSpec.Address;
import dev.perene.api.HypervisorSpec.AddressType;
import dev.perene.api.HypervisorSpec.SecretReference;
import dev.perene.api.HypervisorSpec.Ssh;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A real host of the lab, found through what {@code hack/lab env} prints. Its shared devices 1 to 4 hold guests that are
 * polite, deaf, panicking after 3 s and powering themselves off after 3 s.
 */
final class LabStage implements ContractStage {
    private static final Instant BEGAN = Instant.now();

    private final String key = environment("PERENE_LAB_KEY");
    private final String knownHosts = environment("PERENE_LAB_KNOWN_HOSTS");
    private final String address = environment("PERENE_LAB_HOSTS").split("[ =]")[1];

    private static String environment(String name) {
        return Objects.requireNonNull(System.getenv(name), name + " is not set: run hack/test --only contract");
    }

    @Override
    public LibvirtConnector connector() {
        return new JnaLibvirtConnector(new TcpAddressProbe(), reference -> Map.of(), new TimeSource() {
            @Override
            public Duration monotonic() {
                return Duration.between(BEGAN, wallClock());
            }

            @Override
            public Instant wallClock() {
                return Instant.now();
            }
        });
    }

    @Override
    public HypervisorSpec host() {
        return new HypervisorSpec(
                "qemu+tcp://" + address + "/system",
                new Ssh(address, 22, "root", new SecretReference("perene", "ssh"), "ssh-ed25519 AAAA"),
                List.of(new Address(AddressType.Management, address)),
                null,
                null,
                null);
    }

    @Override
    public String domainType() {
        return "qemu";
    }

    @Override
    public String disk(Guest guest, UUID domain) {
        return "/dev/perene/shared" + (guest.ordinal() + 1);
    }

    @Override
    public void pass(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void killQemu(UUID domain) {
        onHost("for p in /proc/[0-9]*; do if tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep -q '^[^ ]*qemu.* -uuid "
                + domain + " '; then kill -9 ${p#/proc/}; fi; done");
    }

    @Override
    public void virsh(String verb, UUID domain) {
        onHost("virsh " + verb + " " + domain);
    }

    @Override
    public void removeFolder() {
        onHost("rm -r " + HostFile.FOLDER);
    }

    @Override
    public void removePool() {
        onHost("virsh pool-destroy " + HostFile.POOL + " && virsh pool-undefine " + HostFile.POOL);
    }

    @Override
    public void stopDaemon() {
        onHost("kill $(pidof libvirtd); while pidof libvirtd >/dev/null; do sleep 0.1; done");
    }

    @Override
    public void startDaemon() {
        onHost("libvirtd -d --listen; until virsh -q uri >/dev/null 2>&1; do sleep 0.1; done");
    }

    private void onHost(String script) {
        try {
            Process process = new ProcessBuilder(
                            "ssh",
                            "-F",
                            "none",
                            "-i",
                            key,
                            "-o",
                            "UserKnownHostsFile=" + knownHosts,
                            "-o",
                            "BatchMode=yes",
                            "-o",
                            "LogLevel=ERROR",
                            "root@" + address,
                            script)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("failed on the host: " + script);
            }
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
