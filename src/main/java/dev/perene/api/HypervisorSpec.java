package dev.perene.api;

import io.fabric8.generator.annotation.Default;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a host is reached and what VMs may use on it.
 *
 * @param libvirtURI where the operator reaches libvirt: {@code qemu+ssh://}, {@code qemu+tls://} or, in a lab, {@code qemu+tcp://}
 * @param ssh how the operator logs in for facts that libvirt does not tell
 * @param addresses the host's addresses by purpose; the Management address is probed
 * @param schedulingPolicy whether new VMs may be started here
 * @param reserved what is kept back for the host itself
 * @param allowed what VMs may touch on the host outside their own disks; decided by the host's admin
 */
public record HypervisorSpec(
        String libvirtURI,
        Ssh ssh,
        List<Address> addresses,
        @Default("Enabled") SchedulingPolicy schedulingPolicy,
        Reserved reserved,
        Allowed allowed) {

    public HypervisorSpec {
        addresses = addresses == null ? List.of() : List.copyOf(addresses);
        schedulingPolicy = schedulingPolicy == null ? SchedulingPolicy.Enabled : schedulingPolicy;
        reserved = reserved == null ? new Reserved(null, null) : reserved;
        allowed = allowed == null ? new Allowed(null, null, null) : allowed;
    }

    /** The rules that this spec breaks. */
    public List<Violation> validate() {
        return List.of();
    }

    /** Whether new VMs may be started on the host. Running ones stay in either case. */
    public enum SchedulingPolicy {
        Enabled,
        Disabled
    }

    /** What an address of the host is for. */
    public enum AddressType {
        Management,
        Storage,
        Migration
    }

    /**
     * One address of the host.
     *
     * @param type its purpose
     * @param address an IPv4 or IPv6 address or a DNS name
     */
    public record Address(AddressType type, String address) {}

    /**
     * SSH access with a pinned host key.
     *
     * @param address an IPv4 or IPv6 address or a DNS name
     * @param port TCP port, 1 to 65535
     * @param user login name on the host
     * @param secretRef a Secret of type {@code kubernetes.io/ssh-auth}
     * @param hostKey the host's public key as in {@code known_hosts}: {@code ssh-ed25519 AAAA…}
     */
    public record Ssh(
            String address,
            @Default("22") Integer port,
            @Default("root") String user,
            SecretReference secretRef,
            String hostKey) {
        public Ssh {
            port = port == null ? 22 : port;
            user = user == null ? "root" : user;
        }
    }

    /**
     * A Secret by name.
     *
     * @param namespace the Secret's namespace
     * @param name the Secret's name
     */
    public record SecretReference(String namespace, String name) {}

    /**
     * What is kept back for the host itself.
     *
     * @param cpu whole or fractional CPUs, not negative
     * @param memory bytes, not negative
     */
    public record Reserved(@Nullable Quantity cpu, @Nullable Quantity memory) {}

    /**
     * What VMs may touch on the host outside their own disks. Nothing is allowed unless it is listed.
     *
     * @param paths folders (ending in {@code /}) or files for disks and CD images
     * @param devices block devices, or folders of devices ending in {@code /}
     * @param bridges names of bridges that interfaces may join
     */
    public record Allowed(
            @Nullable List<String> paths, @Nullable List<String> devices, @Nullable List<String> bridges) {
        public Allowed {
            paths = paths == null ? List.of() : List.copyOf(paths);
            devices = devices == null ? List.of() : List.copyOf(devices);
            bridges = bridges == null ? List.of() : List.copyOf(bridges);
        }
    }
}
