package dev.perene.port;

import java.util.List;
import java.util.Map;

/**
 * What a domain is made of, as far as Perene gives it: the guest's hardware without what libvirt adds by itself.
 *
 * @param cores virtual CPUs that the guest has
 * @param maxCores virtual CPUs that it can be given while it runs
 * @param memoryBytes memory that the guest is asked to use, in bytes
 * @param maxMemoryBytes memory that it can be given while it runs, in bytes
 * @param balloon whether there is a device that asks the guest for memory
 * @param machine the machine's family: {@code q35}, {@code i440fx}, or libvirt's name of another
 * @param uefi whether it boots from UEFI, or else from a BIOS
 * @param disks in the order of the definition, without those that Perene itself keeps on the host
 * @param interfaces in the order of the definition
 * @param marks what {@link DomainTag Perene's tag} notes about fields that cannot be read from the hardware: a short hash by
 *     the name of the field. Empty for a domain that Perene has not defined.
 */
public record DomainShape(
        int cores,
        int maxCores,
        long memoryBytes,
        long maxMemoryBytes,
        boolean balloon,
        String machine,
        boolean uefi,
        List<Disk> disks,
        List<Interface> interfaces,
        Map<String, String> marks) {

    public DomainShape {
        disks = List.copyOf(disks);
        interfaces = List.copyOf(interfaces);
        marks = Map.copyOf(marks);
    }

    /** The same with other virtual CPUs. */
    public DomainShape withCores(int next) {
        return new DomainShape(
                next, maxCores, memoryBytes, maxMemoryBytes, balloon, machine, uefi, disks, interfaces, marks);
    }

    /** The same with other memory. */
    public DomainShape withMemory(long next) {
        return new DomainShape(cores, maxCores, next, maxMemoryBytes, balloon, machine, uefi, disks, interfaces, marks);
    }

    /** The same with other disks. */
    public DomainShape withDisks(List<Disk> next) {
        return new DomainShape(
                cores, maxCores, memoryBytes, maxMemoryBytes, balloon, machine, uefi, next, interfaces, marks);
    }

    /** The same with other interfaces. */
    public DomainShape withInterfaces(List<Interface> next) {
        return new DomainShape(
                cores, maxCores, memoryBytes, maxMemoryBytes, balloon, machine, uefi, disks, next, marks);
    }

    /**
     * One disk.
     *
     * @param serial what the guest sees as its serial number, empty when it has none
     * @param target libvirt's name of the place where it is plugged in: {@code vda}
     * @param bus {@code virtio}, {@code sata} …
     * @param cdrom whether it is a CD drive
     * @param location path of the file or device, empty for another kind of source or none
     * @param format {@code raw}, {@code qcow2} …, empty when the definition leaves it open
     */
    public record Disk(String serial, String target, String bus, boolean cdrom, String location, String format) {}

    /**
     * One network interface.
     *
     * @param macAddress lower case, with colons
     * @param bridge the host's bridge that it joins, empty when it is connected in another way
     * @param model {@code virtio} …, empty when the definition leaves it open
     */
    public record Interface(String macAddress, String bridge, String model) {}
}
