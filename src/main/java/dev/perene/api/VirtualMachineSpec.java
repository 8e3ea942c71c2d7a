package dev.perene.api;

import io.fabric8.generator.annotation.Default;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a virtual machine is made of and whether it should run.
 *
 * @param runStrategy whether it should run
 * @param cpu virtual CPUs
 * @param memory guest memory
 * @param disks block devices, in the order in which the guest sees and boots them
 * @param interfaces network interfaces, in the order in which the guest sees them
 * @param placement which hosts may run it; all of them when absent
 * @param shutdownSeconds how long a guest may take to shut down before it is destroyed, 0 to 3600
 */
public record VirtualMachineSpec(
        @Default("Always") RunStrategy runStrategy,
        Cpu cpu,
        Memory memory,
        List<Disk> disks,
        List<Interface> interfaces,
        @Nullable Placement placement,
        @Default("120") Integer shutdownSeconds) {

    public VirtualMachineSpec {
        runStrategy = runStrategy == null ? RunStrategy.Always : runStrategy;
        disks = disks == null ? List.of() : List.copyOf(disks);
        interfaces = interfaces == null ? List.of() : List.copyOf(interfaces);
        shutdownSeconds = shutdownSeconds == null ? 120 : shutdownSeconds;
    }

    /** The rules that this spec breaks. */
    public List<Violation> validate() {
        return List.of();
    }

    /** Whether a VM should run. */
    public enum RunStrategy {
        /** It runs, and is started again whenever it stopped. */
        Always,
        /** It is shut down and stays down. */
        Halted
    }

    /**
     * Virtual CPUs.
     *
     * @param cores number of virtual CPUs, 1 to 512
     */
    public record Cpu(Integer cores) {}

    /**
     * Guest memory.
     *
     * @param size bytes, 1 MiB to 16 TiB, a multiple of 1 MiB
     */
    public record Memory(Quantity size) {}

    /**
     * One block device; exactly one of {@code shared}, {@code local} and {@code cdrom}.
     *
     * @param name unique in the VM, a DNS label
     * @param shared storage that every allowed host reaches under the same path
     * @param local storage of one host; the VM can only run where it is
     * @param cdrom a read-only image
     */
    public record Disk(String name, @Nullable Source shared, @Nullable Source local, @Nullable Cdrom cdrom) {

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
     * @param format how the bytes are read
     */
    public record Source(@Nullable String path, @Nullable String device, @Default("raw") DiskFormat format) {
        public Source {
            format = format == null ? DiskFormat.raw : format;
        }

        /** The path or the device, whichever is set. */
        public String location() {
            return path != null ? path : device != null ? device : "";
        }
    }

    /** Format of a disk image. Never guessed from its content, which the guest controls. */
    public enum DiskFormat {
        raw,
        qcow2
    }

    /**
     * A CD image.
     *
     * @param path absolute path of an ISO image, within the host's {@code allowed.paths}
     */
    public record Cdrom(String path) {}

    /**
     * A network interface.
     *
     * @param name unique in the VM, a DNS label
     * @param bridge a bridge of the host, one of its {@code allowed.bridges}
     * @param macAddress lower-case unicast address; made from the VM's UID when absent
     */
    public record Interface(String name, String bridge, @Nullable String macAddress) {}

    /**
     * Which hosts may run the VM: those that every given field allows.
     *
     * @param hosts names of Hypervisors; all when empty
     * @param hostSelector labels of Hypervisors
     */
    public record Placement(List<String> hosts, @Nullable LabelSelector hostSelector) {
        public Placement {
            hosts = hosts == null ? List.of() : List.copyOf(hosts);
        }
    }
}
