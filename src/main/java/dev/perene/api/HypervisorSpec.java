package dev.perene.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a host is reached and what VMs may use on it.
 *
 * @param libvirtURI where the operator reaches libvirt: {@code qemu+ssh://}, {@code qemu+tls://} or, in a lab, {@code qemu+tcp://}
 * @param ssh how the operator logs in for facts that libvirt does not tell
 * @param addresses the host's addresses by purpose, 1 to 16; the Management address is probed
 * @param schedulingPolicy whether new VMs may be started here
 * @param reserved what is kept back for the host itself
 * @param allowed what VMs may touch on the host outside their own disks; decided by the host's admin
 */
public record HypervisorSpec(
        @Required
                @Size(max = 512)
                @ValidationRule(value = HypervisorRules.LIBVIRT_URI, message = HypervisorRules.LIBVIRT_URI_MESSAGE)
                @JsonPropertyDescription(
                        "Where the operator reaches libvirt: qemu+ssh://[user@]host[:port]/system, qemu+tls://"
                                + " or, in a lab, qemu+tcp://.")
                String libvirtURI,
        @Required @JsonPropertyDescription("How the operator logs in for facts that libvirt does not tell.") Ssh ssh,
        @Required
                @Size(max = 64)
                @ValidationRule(
                        value = HypervisorRules.MANAGEMENT_ADDRESS,
                        message = HypervisorRules.MANAGEMENT_ADDRESS_MESSAGE)
                @ValidationRule(
                        value = HypervisorRules.DISTINCT_ADDRESSES,
                        message = HypervisorRules.DISTINCT_ADDRESSES_MESSAGE)
                @ValidationRule(
                        value = HypervisorRules.ADDRESSES_LIMIT,
                        message = HypervisorRules.ADDRESSES_LIMIT_MESSAGE)
                @JsonPropertyDescription(
                        "The host's addresses by purpose, at most 16. The Management address is probed.")
                List<Address> addresses,
        @Default("Enabled")
                @JsonPropertyDescription("Whether new VMs may be started here. Running ones stay in either case.")
                SchedulingPolicy schedulingPolicy,
        @JsonPropertyDescription("What is kept back for the host itself.") Reserved reserved,
        @JsonPropertyDescription(
                        "What VMs may touch on the host outside their own disks. Nothing is allowed unless it is"
                                + " listed.")
                Allowed allowed) {

    public HypervisorSpec {
        addresses = addresses == null ? List.of() : List.copyOf(addresses);
        schedulingPolicy = schedulingPolicy == null ? SchedulingPolicy.Enabled : schedulingPolicy;
        reserved = reserved == null ? new Reserved(null, null) : reserved;
        allowed = allowed == null ? new Allowed(null, null, null, null, null) : allowed;
    }

    /**
     * What is wrong with the spec; the API server refuses the same with the same words.
     *
     * @return all violations, empty when there is none
     */
    public List<Violation> validate() {
        return HypervisorRules.check(this);
    }

    /** Whether new VMs may be started on the host. Running ones stay in either case. */
    public enum SchedulingPolicy {
        /** New VMs may be started here. */
        Enabled,
        /** No VM is started here. */
        Disabled
    }

    /** What an address of the host is for. */
    public enum AddressType {
        /** Where the operator reaches the host, and what is probed. */
        Management,
        /** Where disks are reached or copied. */
        Storage,
        /** Where running VMs are received. */
        Migration
    }

    /**
     * One address of the host.
     *
     * @param type its purpose
     * @param address an IPv4 or IPv6 address or a DNS name
     */
    public record Address(
            @Required @JsonPropertyDescription("What the address is for.") AddressType type,
            @Required
                    @Size(max = 253)
                    @ValidationRule(value = HypervisorRules.ADDRESS, message = HypervisorRules.ADDRESS_MESSAGE)
                    @JsonPropertyDescription("An IPv4 or IPv6 address or a DNS name.")
                    String address) {}

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
            @Required
                    @Size(max = 253)
                    @ValidationRule(value = HypervisorRules.ADDRESS, message = HypervisorRules.ADDRESS_MESSAGE)
                    @JsonPropertyDescription("An IPv4 or IPv6 address or a DNS name.")
                    String address,
            @Default("22")
                    @ValidationRule(value = HypervisorRules.PORT, message = HypervisorRules.PORT_MESSAGE)
                    @JsonPropertyDescription("TCP port, 1 to 65535.")
                    Integer port,
            @Default("root")
                    @Size(max = 64)
                    @ValidationRule(value = HypervisorRules.USER, message = HypervisorRules.USER_MESSAGE)
                    @JsonPropertyDescription("Login name on the host.")
                    String user,
            @Required @JsonPropertyDescription("A Secret of type kubernetes.io/ssh-auth.") SecretReference secretRef,
            @Required
                    @Size(max = 1024)
                    @ValidationRule(value = HypervisorRules.HOST_KEY, message = HypervisorRules.HOST_KEY_MESSAGE)
                    @JsonPropertyDescription("The host's public key as ssh-keyscan prints it, without the host's name:"
                            + " ssh-ed25519 AAAA...")
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
    public record SecretReference(
            @Required
                    @Size(max = 253)
                    @ValidationRule(value = HypervisorRules.NAMESPACE, message = HypervisorRules.NAMESPACE_MESSAGE)
                    @JsonPropertyDescription("Namespace of the Secret.")
                    String namespace,
            @Required
                    @Size(max = 253)
                    @ValidationRule(value = HypervisorRules.SECRET_NAME, message = HypervisorRules.SECRET_NAME_MESSAGE)
                    @JsonPropertyDescription("Name of the Secret.")
                    String name) {}

    /**
     * What is kept back for the host itself.
     *
     * @param cpu whole or fractional CPUs, 0 to 4096
     * @param memory bytes, 0 to 16 TiB
     */
    public record Reserved(
            @ValidationRule(value = HypervisorRules.RESERVED_CPU, message = HypervisorRules.RESERVED_CPU_MESSAGE)
                    @JsonPropertyDescription("CPUs, whole or fractional: 2 or 500m.")
                    @Nullable
                    Quantity cpu,
            @ValidationRule(value = HypervisorRules.RESERVED_MEMORY, message = HypervisorRules.RESERVED_MEMORY_MESSAGE)
                    @JsonPropertyDescription("Memory: 4Gi.")
                    @Nullable
                    Quantity memory) {

        /** The memory in bytes. */
        public long memoryBytes() {
            return memory == null ? 0 : Quantity.getAmountInBytes(memory).longValue();
        }
    }

    /**
     * What VMs may touch on the host outside their own disks. Nothing is allowed unless it is listed.
     *
     * @param paths folders (ending in {@code /}) or files for disks and CD images, at most 64
     * @param devices block devices, or folders of devices ending in {@code /}, at most 64
     * @param bridges names of bridges that interfaces may join, at most 64
     * @param adopt names of domains that VMs may adopt or leave behind running, or how they begin followed by {@code *},
     *     at most 64
     * @param domainOverlay elements of libvirt's domain XML that VMs may add, at most 64. Some give a guest devices or files
     *     of the host, {@code devices/hostdev} above all.
     */
    public record Allowed(
            @Size(max = 128)
                    @ValidationRule(
                            value = HypervisorRules.ALLOWED_LIMIT,
                            message = HypervisorRules.ALLOWED_PATHS_LIMIT_MESSAGE)
                    @EachItem(
                            @ValidationRule(
                                    value = HypervisorRules.ALLOWED_PATH,
                                    message = HypervisorRules.ALLOWED_PATH_MESSAGE))
                    @JsonPropertyDescription("Files, or folders ending in '/', for disks and CD images; at most 64.")
                    @Nullable
                    List<@Size(max = Forms.LONGEST) String> paths,
            @Size(max = 128)
                    @ValidationRule(
                            value = HypervisorRules.ALLOWED_LIMIT,
                            message = HypervisorRules.ALLOWED_DEVICES_LIMIT_MESSAGE)
                    @EachItem(
                            @ValidationRule(
                                    value = HypervisorRules.ALLOWED_DEVICE,
                                    message = HypervisorRules.ALLOWED_DEVICE_MESSAGE))
                    @JsonPropertyDescription(
                            "Block devices, or folders of them ending in '/', under /dev/; at most 64.")
                    @Nullable
                    List<@Size(max = Forms.LONGEST) String> devices,
            @Size(max = 128)
                    @ValidationRule(
                            value = HypervisorRules.ALLOWED_LIMIT,
                            message = HypervisorRules.ALLOWED_BRIDGES_LIMIT_MESSAGE)
                    @EachItem(
                            @ValidationRule(
                                    value = HypervisorRules.ALLOWED_BRIDGE,
                                    message = HypervisorRules.ALLOWED_BRIDGE_MESSAGE))
                    @JsonPropertyDescription("Bridges that interfaces may join; at most 64.")
                    @Nullable
                    List<@Size(max = 253) String> bridges,
            @Size(max = 128)
                    @ValidationRule(
                            value = HypervisorRules.ALLOWED_LIMIT,
                            message = HypervisorRules.ALLOWED_DOMAINS_LIMIT_MESSAGE)
                    @EachItem(
                            @ValidationRule(
                                    value = HypervisorRules.ALLOWED_DOMAIN,
                                    message = HypervisorRules.ALLOWED_DOMAIN_MESSAGE))
                    @JsonPropertyDescription(
                            "Domains that VMs may adopt or leave behind running: names, or how they begin followed by"
                                    + " '*'; at most 64.")
                    @Nullable
                    List<@Size(max = 256) String> adopt,
            @Size(max = 128)
                    @ValidationRule(
                            value = HypervisorRules.ALLOWED_LIMIT,
                            message = HypervisorRules.ALLOWED_OVERLAY_LIMIT_MESSAGE)
                    @EachItem(
                            @ValidationRule(
                                    value = HypervisorRules.ALLOWED_OVERLAY,
                                    message = HypervisorRules.ALLOWED_OVERLAY_MESSAGE))
                    @JsonPropertyDescription(
                            "Elements of libvirt's domain XML that VMs may add: cpu, devices/rng; at most 64.")
                    @Nullable
                    List<@Size(max = 64) String> domainOverlay) {
        public Allowed {
            paths = paths == null ? List.of() : List.copyOf(paths);
            devices = devices == null ? List.of() : List.copyOf(devices);
            bridges = bridges == null ? List.of() : List.copyOf(bridges);
            adopt = adopt == null ? List.of() : List.copyOf(adopt);
            domainOverlay = domainOverlay == null ? List.of() : List.copyOf(domainOverlay);
        }

        /** Whether VMs may adopt a domain of this name, or leave it behind running. */
        public boolean mayAdopt(String domainName) {
            return adopt.stream()
                    .anyMatch(entry -> entry.endsWith("*")
                            ? domainName.startsWith(entry.substring(0, entry.length() - 1))
                            : domainName.equals(entry));
        }
    }
}
