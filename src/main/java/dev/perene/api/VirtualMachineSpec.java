package dev.perene.api;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a virtual machine is made of and whether it should run.
 *
 * @param runStrategy whether it should run
 * @param cpu virtual CPUs
 * @param memory guest memory
 * @param disks 1 to 26 block devices, in the order in which the guest sees and boots them
 * @param interfaces at most 16 network interfaces, in the order in which the guest sees them
 * @param placement which hosts may run it; all of them when absent
 * @param shutdownSeconds how long a guest may take to shut down before it is destroyed, 0 to 3600
 * @param adopt an existing domain that becomes this VM; fixed when the object is created
 * @param domainOverlay libvirt's domain XML with elements that Perene has no field for, at most 16 KiB
 * @param cloudInit what cloud-init in the guest is told at every start; nothing when absent
 * @param firmware what the guest boots from
 * @param policyRef what is done when it stops without being asked to; the default HAPolicy when absent
 * @param graphics whether it has a screen; a change counts from the next start
 */
@ValidationRule(value = VirtualMachineRules.ADOPT_IS_FIXED, message = VirtualMachineRules.ADOPT_IS_FIXED_MESSAGE)
public record VirtualMachineSpec(
        @Default("Always") @JsonPropertyDescription("Whether the VM should run.") RunStrategy runStrategy,
        @Required @JsonPropertyDescription("Virtual CPUs.") Cpu cpu,
        @Required @JsonPropertyDescription("Guest memory.") Memory memory,
        @Required
                @Size(max = 52)
                @ValidationRule(
                        value = VirtualMachineRules.DISKS_LIMIT,
                        message = VirtualMachineRules.DISKS_LIMIT_MESSAGE)
                @ValidationRule(
                        value = VirtualMachineRules.DISTINCT_DISK_NAMES,
                        message = VirtualMachineRules.DISTINCT_DISK_NAMES_MESSAGE)
                @ValidationRule(
                        value = VirtualMachineRules.DISTINCT_LOCATIONS,
                        message = VirtualMachineRules.DISTINCT_LOCATIONS_MESSAGE)
                @JsonPropertyDescription("1 to 26 block devices, in the order in which the guest sees and boots them.")
                List<Disk> disks,
        @Size(max = 52)
                @ValidationRule(
                        value = VirtualMachineRules.INTERFACES_LIMIT,
                        message = VirtualMachineRules.INTERFACES_LIMIT_MESSAGE)
                @ValidationRule(
                        value = VirtualMachineRules.DISTINCT_INTERFACE_NAMES,
                        message = VirtualMachineRules.DISTINCT_INTERFACE_NAMES_MESSAGE)
                @ValidationRule(
                        value = VirtualMachineRules.DISTINCT_MAC_ADDRESSES,
                        message = VirtualMachineRules.DISTINCT_MAC_ADDRESSES_MESSAGE)
                @JsonPropertyDescription("At most 16 network interfaces, in the order in which the guest sees them.")
                List<Interface> interfaces,
        @JsonPropertyDescription("Which hosts may run the VM: those that every given field allows; all when absent.")
                @Nullable
                Placement placement,
        @Default("120")
                @ValidationRule(
                        value = VirtualMachineRules.SHUTDOWN_SECONDS,
                        message = VirtualMachineRules.SHUTDOWN_SECONDS_MESSAGE)
                @JsonPropertyDescription(
                        "Seconds that the guest may take to shut down before it is destroyed, 0 to 3600.")
                Integer shutdownSeconds,
        @JsonPropertyDescription("An existing domain that becomes this VM; fixed when the object is created.") @Nullable
                Adopt adopt,
        @Size(max = VirtualMachineRules.LONGEST_OVERLAY)
                @ValidationRule(value = VirtualMachineRules.OVERLAY, message = VirtualMachineRules.OVERLAY_MESSAGE)
                @JsonPropertyDescription(
                        "libvirt's domain XML with elements that Perene has no field for, each within the host's"
                                + " allowed.domainOverlay; taken over at the next start.")
                @Nullable
                String domainOverlay,
        @JsonPropertyDescription("What cloud-init in the guest finds on a CD (NoCloud) at every start.") @Nullable
                CloudInit cloudInit,
        @Default("BIOS")
                @JsonPropertyDescription(
                        "What the guest boots from; the variables of UEFI are kept and go with the VM to other hosts.")
                Firmware firmware,
        @JsonPropertyDescription(
                        "What is done when the guest stops without being asked to; the default HAPolicy when absent.")
                @Nullable
                PolicyReference policyRef,
        @Default("None")
                @JsonPropertyDescription(
                        "Whether the VM has a screen: VNC on its host's loopback address, which perene vnc leads to. A change"
                                + " counts from the next start.")
                Graphics graphics) {

    public VirtualMachineSpec {
        runStrategy = runStrategy == null ? RunStrategy.Always : runStrategy;
        disks = disks == null ? List.of() : List.copyOf(disks);
        interfaces = interfaces == null ? List.of() : List.copyOf(interfaces);
        shutdownSeconds = shutdownSeconds == null ? 120 : shutdownSeconds;
        firmware = firmware == null ? Firmware.BIOS : firmware;
        graphics = graphics == null ? Graphics.None : graphics;
    }

    /** Disks that it writes to: their paths and devices on hosts. */
    public Stream<String> writablePlaces() {
        return disks.stream().filter(disk -> disk.cdrom() == null).flatMap(disk -> disk.location().stream());
    }

    /** Names of what no other VM may have at the same time: disks that it writes to, addresses, a domain to adopt. */
    public Set<String> claims() {
        return Stream.of(
                        writablePlaces(),
                        interfaces.stream().map(Interface::macAddress).filter(Objects::nonNull),
                        Stream.ofNullable(adopt).map(wanted -> "domain " + wanted.domainName()))
                .flatMap(names -> names)
                .collect(Collectors.toSet());
    }

    /**
     * What is wrong with the spec; the API server refuses the same with the same words.
     *
     * @return all violations, empty when there is none
     */
    public List<Violation> validate() {
        return VirtualMachineRules.check(this);
    }

    /** Whether a VM should run. */
    public enum RunStrategy {
        /** It runs, and is started again whenever it stopped. */
        Always,
        /** It runs, and is started again when it failed; a guest that shuts itself down stays down. */
        RerunOnFailure,
        /** It is shut down and stays down. */
        Halted
    }

    /** What a guest boots from. */
    public enum Firmware {
        /** SeaBIOS, which every QEMU has. */
        BIOS,
        /** OVMF without Secure Boot; the host needs it as a package of its own. */
        UEFI
    }

    /**
     * What cloud-init in the guest is told: either {@code secretRef}, or one or both of the others.
     *
     * @param userData at most 64 Ki characters, as cloud-init documents them
     * @param networkData network configuration, at most 64 Ki characters
     * @param secretRef a Secret in the VM's namespace with the entries {@code userData} and {@code networkData}, one or
     *     both
     */
    @ValidationRule(value = VirtualMachineRules.ONE_CLOUD_INIT, message = VirtualMachineRules.ONE_CLOUD_INIT_MESSAGE)
    public record CloudInit(
            @Size(max = 131072)
                    @ValidationRule(
                            value = VirtualMachineRules.USER_DATA,
                            message = VirtualMachineRules.USER_DATA_MESSAGE)
                    @JsonPropertyDescription(
                            "User data; whoever may read the VM reads it, so secrets belong in a Secret.")
                    @Nullable
                    String userData,
            @Size(max = 131072)
                    @ValidationRule(
                            value = VirtualMachineRules.NETWORK_DATA,
                            message = VirtualMachineRules.NETWORK_DATA_MESSAGE)
                    @JsonPropertyDescription("Network configuration, version 1 or 2.")
                    @Nullable
                    String networkData,
            @JsonPropertyDescription(
                            "A Secret in the VM's namespace with the entries userData and networkData, one or both.")
                    @Nullable
                    CloudInitSecret secretRef) {
        /** Without what is in it, which may be secret although it should not. */
        @Override
        public String toString() {
            return "CloudInit[" + (secretRef == null ? "inline" : secretRef.name()) + "]";
        }
    }

    /**
     * A Secret in the VM's namespace.
     *
     * @param name the Secret's name
     */
    public record CloudInitSecret(
            @Required
                    @Size(max = 253)
                    @ValidationRule(value = HypervisorRules.SECRET_NAME, message = HypervisorRules.SECRET_NAME_MESSAGE)
                    @JsonPropertyDescription("Name of the Secret.")
                    String name) {}

    /** Whether a VM has a screen. Its serial console is there in either case. */
    public enum Graphics {
        /** It has none. */
        None,
        /** It has one, which VNC shows on the host's loopback address. */
        VNC
    }

    /**
     * An HAPolicy by name.
     *
     * @param name its name
     */
    public record PolicyReference(
            @Required
                    @Size(max = 253)
                    @ValidationRule(
                            value = VirtualMachineRules.POLICY_NAME,
                            message = VirtualMachineRules.POLICY_NAME_MESSAGE)
                    @JsonPropertyDescription("Name of an HAPolicy.")
                    String name) {}

    /**
     * Virtual CPUs.
     *
     * @param cores number of virtual CPUs, 1 to 512
     * @param maxCores how far {@code cores} can be raised while the guest runs, at least {@code cores} and at most 512;
     *     {@code cores} when absent
     */
    @ValidationRule(
            value = VirtualMachineRules.MAX_CORES_NOT_LESS,
            message = VirtualMachineRules.MAX_CORES_NOT_LESS_MESSAGE,
            fieldPath = ".maxCores")
    public record Cpu(
            @Required
                    @ValidationRule(value = VirtualMachineRules.CORES, message = VirtualMachineRules.CORES_MESSAGE)
                    @JsonPropertyDescription("Number of virtual CPUs, 1 to 512.")
                    Integer cores,
            @ValidationRule(value = VirtualMachineRules.CORES, message = VirtualMachineRules.MAX_CORES_MESSAGE)
                    @JsonPropertyDescription(
                            "How far cores can be raised while the guest runs, at most 512; cores when absent.")
                    @Nullable
                    Integer maxCores) {

        /** How far the cores can be raised while the guest runs. */
        public int most() {
            return maxCores == null ? cores : maxCores;
        }
    }

    /**
     * Guest memory.
     *
     * @param size bytes, 1 MiB to 16 TiB, a multiple of 1 MiB
     * @param maxSize how far {@code size} can be raised while the guest runs, of the same form and at least {@code size};
     *     {@code size} when absent. A host must have this much free.
     */
    @ValidationRule(
            value = VirtualMachineRules.MAX_SIZE_NOT_LESS,
            message = VirtualMachineRules.MAX_SIZE_NOT_LESS_MESSAGE,
            fieldPath = ".maxSize")
    public record Memory(
            @Required
                    @ValidationRule(
                            value = VirtualMachineRules.MEMORY_SIZE,
                            message = VirtualMachineRules.MEMORY_SIZE_MESSAGE)
                    @JsonPropertyDescription("A multiple of 1Mi between 1Mi and 16Ti, for example 2Gi.")
                    Quantity size,
            @ValidationRule(value = VirtualMachineRules.MEMORY_SIZE, message = VirtualMachineRules.MAX_SIZE_MESSAGE)
                    @JsonPropertyDescription(
                            "How far size can be changed while the guest runs; size when absent. A host must have this"
                                    + " much free.")
                    @Nullable
                    Quantity maxSize) {

        /** The size in bytes. */
        public long bytes() {
            return Quantity.getAmountInBytes(size).longValue();
        }

        /** How far the size can be raised while the guest runs, in bytes. */
        public long mostBytes() {
            return maxSize == null
                    ? bytes()
                    : Quantity.getAmountInBytes(maxSize).longValue();
        }
    }

    /**
     * One block device; exactly one of {@code shared}, {@code local} and {@code cdrom}.
     *
     * @param name unique in the VM, a DNS label
     * @param shared storage that every allowed host reaches under the same path
     * @param local storage of one host; the VM can only run where it is
     * @param cdrom a read-only image
     */
    @ValidationRule(
            value = VirtualMachineRules.ONE_KIND_OF_DISK,
            message = VirtualMachineRules.ONE_KIND_OF_DISK_MESSAGE)
    public record Disk(
            @Required
                    @Size(max = 253)
                    @ValidationRule(
                            value = VirtualMachineRules.DISK_NAME,
                            message = VirtualMachineRules.DISK_NAME_MESSAGE)
                    @JsonPropertyDescription("Unique in the VM; lower-case letters, digits and '-'.")
                    String name,
            @JsonPropertyDescription("Storage that every allowed host reaches under the same path.") @Nullable
                    Source shared,
            @JsonPropertyDescription("Storage of one host; the VM can only run where it is.") @Nullable Source local,
            @JsonPropertyDescription("A read-only CD image.") @Nullable Cdrom cdrom) {

        /** The path or device on the host. */
        public Optional<String> location() {
            Source source = shared != null ? shared : local;
            return cdrom != null
                    ? Optional.of(cdrom.path())
                    : Optional.ofNullable(source).map(Source::location);
        }
    }

    /**
     * An existing file or block device; exactly one of the two.
     *
     * @param path absolute path of a file, within the host's {@code allowed.paths}
     * @param device absolute path of a block device, within the host's {@code allowed.devices}
     * @param format how the bytes are read; of a device always {@code raw}
     */
    @ValidationRule(value = VirtualMachineRules.ONE_LOCATION, message = VirtualMachineRules.ONE_LOCATION_MESSAGE)
    @ValidationRule(
            value = VirtualMachineRules.DEVICE_IS_RAW,
            message = VirtualMachineRules.DEVICE_IS_RAW_MESSAGE,
            fieldPath = ".format")
    public record Source(
            @Size(max = Forms.LONGEST)
                    @ValidationRule(value = VirtualMachineRules.PATH, message = VirtualMachineRules.PATH_MESSAGE)
                    @JsonPropertyDescription("Absolute path of a file, within the host's allowed.paths.")
                    @Nullable
                    String path,
            @Size(max = Forms.LONGEST)
                    @ValidationRule(value = VirtualMachineRules.DEVICE, message = VirtualMachineRules.DEVICE_MESSAGE)
                    @JsonPropertyDescription("Absolute path of a block device, within the host's allowed.devices.")
                    @Nullable
                    String device,
            @Default("raw") @JsonPropertyDescription("How the bytes are read; of a device always raw.")
                    DiskFormat format) {
        public Source {
            format = format == null ? DiskFormat.raw : format;
        }

        /**
         * The path or the device, whichever is set.
         *
         * @return empty when neither is
         */
        public String location() {
            return path != null ? path : device != null ? device : "";
        }
    }

    /** Format of a disk image. Never guessed from its content, which the guest controls. */
    public enum DiskFormat {
        /** The bytes as they are. */
        raw,
        /** QEMU's own format. */
        qcow2
    }

    /**
     * A CD image.
     *
     * @param path absolute path of an ISO image, within the host's {@code allowed.paths}
     */
    public record Cdrom(
            @Required
                    @Size(max = Forms.LONGEST)
                    @ValidationRule(value = VirtualMachineRules.PATH, message = VirtualMachineRules.PATH_MESSAGE)
                    @JsonPropertyDescription("Absolute path of an ISO image, within the host's allowed.paths.")
                    String path) {}

    /**
     * A network interface.
     *
     * @param name unique in the VM, a DNS label
     * @param bridge a bridge of the host, one of its {@code allowed.bridges}
     * @param macAddress lower-case unicast address; made from the VM's UID when absent
     */
    public record Interface(
            @Required
                    @Size(max = 253)
                    @ValidationRule(
                            value = VirtualMachineRules.INTERFACE_NAME,
                            message = VirtualMachineRules.INTERFACE_NAME_MESSAGE)
                    @JsonPropertyDescription("Unique in the VM; lower-case letters, digits and '-'.")
                    String name,
            @Required
                    @Size(max = 253)
                    @ValidationRule(value = VirtualMachineRules.BRIDGE, message = VirtualMachineRules.BRIDGE_MESSAGE)
                    @JsonPropertyDescription("A bridge of the host, one of its allowed.bridges.")
                    String bridge,
            @Size(max = 64)
                    @ValidationRule(
                            value = VirtualMachineRules.MAC_ADDRESS,
                            message = VirtualMachineRules.MAC_ADDRESS_MESSAGE)
                    @JsonPropertyDescription("Unicast address in lower case; made from the VM's UID when absent.")
                    @Nullable
                    String macAddress) {}

    /**
     * Which hosts may run the VM: those that every given field allows.
     *
     * @param hosts names of Hypervisors, at most 64; all when empty
     * @param hostSelector labels of Hypervisors
     */
    public record Placement(
            @Size(max = 128)
                    @ValidationRule(value = PlacementRules.HOSTS_LIMIT, message = PlacementRules.HOSTS_LIMIT_MESSAGE)
                    @ValidationRule(
                            value = PlacementRules.DISTINCT_HOSTS,
                            message = PlacementRules.DISTINCT_HOSTS_MESSAGE)
                    @EachItem(@ValidationRule(value = PlacementRules.HOST, message = PlacementRules.HOST_MESSAGE))
                    @JsonPropertyDescription("Names of Hypervisors, at most 64; all when empty.")
                    List<@Size(max = 253) String> hosts,
            @SchemaFrom(type = HostSelector.class) @JsonPropertyDescription("Labels of Hypervisors.") @Nullable
                    LabelSelector hostSelector) {
        public Placement {
            hosts = hosts == null ? List.of() : List.copyOf(hosts);
        }
    }

    /**
     * An existing domain that becomes the VM, whatever it does, without interrupting it. The host's {@code allowed.adopt}
     * has to name it.
     *
     * @param domainName libvirt's name of the domain
     */
    public record Adopt(
            @Required
                    @Size(max = 253)
                    @ValidationRule(
                            value = VirtualMachineRules.DOMAIN_NAME,
                            message = VirtualMachineRules.DOMAIN_NAME_MESSAGE)
                    @JsonPropertyDescription("libvirt's name of the domain, within the host's allowed.adopt.")
                    String domainName) {

        /** Whether a domain of this name can be adopted. */
        @JsonIgnore
        public boolean isValid() {
            return VirtualMachineRules.isDomainName(domainName);
        }
    }
}
