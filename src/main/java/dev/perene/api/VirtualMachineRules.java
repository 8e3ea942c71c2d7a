package dev.perene.api;

import dev.perene.api.VirtualMachineSpec.Cdrom;
import dev.perene.api.VirtualMachineSpec.CloudInit;
import dev.perene.api.VirtualMachineSpec.Cpu;
import dev.perene.api.VirtualMachineSpec.Disk;
import dev.perene.api.VirtualMachineSpec.DiskFormat;
import dev.perene.api.VirtualMachineSpec.Interface;
import dev.perene.api.VirtualMachineSpec.Memory;
import dev.perene.api.VirtualMachineSpec.Source;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a VirtualMachine: in CEL for the API server and in Java for the rest, with one message for both. A
 * constant and the one that ends in {@code _MESSAGE} belong together. Where the VM may run has rules of its own in
 * {@link PlacementRules}.
 */
final class VirtualMachineRules {
    static final String OBJECT_NAME = "self.metadata.name.size() <= 63";
    static final String OBJECT_NAME_MESSAGE = "name must have at most 63 characters";

    static final String CORES = "self >= 1 && self <= 512";
    static final String CORES_MESSAGE = "cores must be between 1 and 512";

    static final String MAX_CORES_MESSAGE = "maxCores must be between 1 and 512";

    static final String MAX_CORES_NOT_LESS = "!has(self.maxCores) || self.maxCores >= self.cores";
    static final String MAX_CORES_NOT_LESS_MESSAGE = "maxCores must not be less than cores";

    static final String MEMORY_SIZE = "type(self) == int"
            + " ? self >= 1048576 && self <= 17592186044416 && self % 1048576 == 0"
            + " : self.matches(r'" + Forms.QUANTITY + "')"
            + " && quantity(self).compareTo(quantity('1Mi')) >= 0"
            + " && quantity(self).compareTo(quantity('16Ti')) <= 0"
            + " && double(int(quantity(self).asApproximateFloat())) == quantity(self).asApproximateFloat()"
            + " && int(quantity(self).asApproximateFloat()) % 1048576 == 0";
    static final String MEMORY_SIZE_MESSAGE =
            "size must be a multiple of 1Mi between 1Mi and 16Ti, for example 512Mi or 2Gi";

    static final String MAX_SIZE_MESSAGE =
            "maxSize must be a multiple of 1Mi between 1Mi and 16Ti, for example 512Mi or 2Gi";

    static final String MAX_SIZE_NOT_LESS = "!has(self.maxSize)"
            + " || (type(self.maxSize) == int ? self.maxSize"
            + " : isQuantity(self.maxSize) ? int(quantity(self.maxSize).asApproximateFloat()) : 0)"
            + " >= (type(self.size) == int ? self.size"
            + " : isQuantity(self.size) ? int(quantity(self.size).asApproximateFloat()) : 0)";
    static final String MAX_SIZE_NOT_LESS_MESSAGE = "maxSize must not be less than size";

    static final String ADOPT_IS_FIXED =
            "has(self.adopt) == has(oldSelf.adopt) && (!has(self.adopt) || self.adopt == oldSelf.adopt)";
    static final String ADOPT_IS_FIXED_MESSAGE =
            "adopt is fixed when the object is created: declare another VirtualMachine instead";

    static final String DOMAIN_NAME = "self.matches(r'" + Forms.DOMAIN_NAME + "')";
    static final String DOMAIN_NAME_MESSAGE =
            "domainName must be letters, digits and ._+:@-, beginning with a letter, digit or '_'; rename the domain"
                    + " otherwise: virsh domrename";

    static final int LONGEST_OVERLAY = 16384;
    static final String OVERLAY = "self.startsWith('<domain>') && self.endsWith('</domain>')"
            + " || self.startsWith('<domain>') && self.endsWith('</domain>\\n')";
    static final String OVERLAY_MESSAGE = "domainOverlay must begin with <domain> and end with </domain>, for example"
            + " <domain><devices><rng model='virtio'>...</rng></devices></domain>";

    static final String DISKS_LIMIT = "self.size() >= 1 && self.size() <= 26";
    static final String DISKS_LIMIT_MESSAGE = "disks must hold between 1 and 26 items: a VM boots from one of them";

    static final String DISTINCT_DISK_NAMES = "self.all(a, self.exists_one(b, a.name == b.name))";
    static final String DISTINCT_DISK_NAMES_MESSAGE = "disks must have different names: rename one of the two";

    /** A list of one list stands for a variable, which CEL has not. */
    static final String DISTINCT_LOCATIONS = "[self.map(d,"
            + " has(d.shared) ? (has(d.shared.path) ? d.shared.path : has(d.shared.device) ? d.shared.device : '')"
            + " : has(d.local) ? (has(d.local.path) ? d.local.path : has(d.local.device) ? d.local.device : '')"
            + " : has(d.cdrom) ? d.cdrom.path : '').filter(place, place != '')]"
            + ".all(places, places.all(a, places.exists_one(b, a == b)))";

    static final String DISTINCT_LOCATIONS_MESSAGE =
            "disks must lie in different places: two of them have the same path or device";

    static final String DISK_NAME = "self.matches(r'" + Forms.DNS_LABEL + "')";
    static final String DISK_NAME_MESSAGE =
            "name must be at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit, for"
                    + " example root";

    static final String ONE_KIND_OF_DISK =
            "(has(self.shared) ? 1 : 0) + (has(self.local) ? 1 : 0) + (has(self.cdrom) ? 1 : 0) == 1";
    static final String ONE_KIND_OF_DISK_MESSAGE = "a disk must have exactly one of shared, local and cdrom";

    static final String ONE_LOCATION = "has(self.path) != has(self.device)";
    static final String ONE_LOCATION_MESSAGE = "a disk must have exactly one of path and device";

    static final String DEVICE_IS_RAW = "!has(self.device) || !has(self.format) || self.format == 'raw'";
    static final String DEVICE_IS_RAW_MESSAGE = "format must be raw, or left out, with device: qcow2 goes with path";

    static final String PATH = "self.matches(r'" + Forms.PATH + "') && !self.matches(r'" + Forms.KERNEL_PATH + "')";
    static final String PATH_MESSAGE =
            "path must be absolute and plain, of a file outside /dev, /proc and /sys, for example /srv/images/root.qcow2:"
                    + " letters, digits and ._+,:=@- between single slashes, no '..'";

    static final String DEVICE = "self.matches(r'" + Forms.DEVICE + "')";
    static final String DEVICE_MESSAGE =
            "device must be absolute and plain, of a block device under /dev/, for example /dev/vg0/root: letters, digits"
                    + " and ._+,:=@- between single slashes, no '..'";

    static final String INTERFACES_LIMIT = "self.size() <= 16";
    static final String INTERFACES_LIMIT_MESSAGE = "interfaces must hold at most 16 items";

    static final String DISTINCT_INTERFACE_NAMES = "self.all(a, self.exists_one(b, a.name == b.name))";
    static final String DISTINCT_INTERFACE_NAMES_MESSAGE =
            "interfaces must have different names: rename one of the two";

    static final String DISTINCT_MAC_ADDRESSES =
            "self.all(a, !has(a.macAddress) || self.exists_one(b, has(b.macAddress) && a.macAddress == b.macAddress))";
    static final String DISTINCT_MAC_ADDRESSES_MESSAGE =
            "interfaces must have different macAddresses: change one or leave it out";

    static final String INTERFACE_NAME = DISK_NAME;
    static final String INTERFACE_NAME_MESSAGE =
            "name must be at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit, for"
                    + " example lan";

    static final String BRIDGE = "self.matches(r'" + Forms.LINK + "')";
    static final String BRIDGE_MESSAGE =
            "bridge must be the name of a network interface: at most 15 letters, digits and _.- beginning with a letter"
                    + " or digit, for example br0";

    static final String MAC_ADDRESS = "self.matches(r'" + Forms.MAC_ADDRESS + "') && self != '00:00:00:00:00:00'";
    static final String MAC_ADDRESS_MESSAGE =
            "macAddress must be a unicast address in lower case with colons, for example 52:54:00:12:34:56, or left out";

    static final String SHUTDOWN_SECONDS = "self >= 0 && self <= 3600";
    static final String SHUTDOWN_SECONDS_MESSAGE = "shutdownSeconds must be between 0 and 3600";

    static final String USER_DATA = "self.size() <= 65536";
    static final String USER_DATA_MESSAGE =
            "userData must have at most 65536 characters: let it fetch the rest, or put it into a Secret";

    static final String NETWORK_DATA = "self.size() <= 65536";
    static final String NETWORK_DATA_MESSAGE =
            "networkData must have at most 65536 characters: put it into a Secret if it needs more";

    static final String ONE_CLOUD_INIT = "has(self.secretRef) != (has(self.userData) || has(self.networkData))";
    static final String ONE_CLOUD_INIT_MESSAGE =
            "cloudInit must have either secretRef, or userData or networkData or both of these";

    static final String POLICY_NAME = "self.matches(r'" + Forms.DNS_SUBDOMAIN + "')";
    static final String POLICY_NAME_MESSAGE =
            "name must be an HAPolicy's name: lower-case letters, digits, '-' and '.'";

    private static final Pattern POLICY_NAME_FORM = Pattern.compile(Forms.DNS_SUBDOMAIN);
    private static final Pattern NAME_FORM = Pattern.compile(Forms.DNS_LABEL);
    private static final Pattern DOMAIN_NAME_FORM = Pattern.compile(Forms.DOMAIN_NAME);
    private static final Pattern PATH_FORM = Pattern.compile(Forms.PATH);
    private static final Pattern KERNEL_PATH_FORM = Pattern.compile(Forms.KERNEL_PATH);
    private static final Pattern DEVICE_FORM = Pattern.compile(Forms.DEVICE);
    private static final Pattern BRIDGE_FORM = Pattern.compile(Forms.LINK);
    private static final Pattern MAC_ADDRESS_FORM = Pattern.compile(Forms.MAC_ADDRESS);
    private static final Pattern SECRET_NAME_FORM = Pattern.compile(Forms.DNS_SUBDOMAIN);

    private VirtualMachineRules() {}

    /** What is wrong with the spec; empty when nothing is. */
    static List<Violation> check(VirtualMachineSpec spec) {
        Findings findings = new Findings();
        cpu(spec.cpu(), findings);
        memory(spec.memory(), findings);
        disks(spec.disks(), findings);
        interfaces(spec.interfaces(), findings);
        if (spec.placement() != null) {
            PlacementRules.check(spec.placement(), findings);
        }
        findings.requiredRange(spec.shutdownSeconds(), 0, 3600, "spec.shutdownSeconds", SHUTDOWN_SECONDS_MESSAGE);
        if (spec.domainOverlay() != null) {
            overlay(spec.domainOverlay(), findings);
        }
        if (spec.adopt() != null) {
            findings.requiredForm(
                    spec.adopt().domainName(), DOMAIN_NAME_FORM, "spec.adopt.domainName", DOMAIN_NAME_MESSAGE);
        }
        if (spec.cloudInit() != null) {
            cloudInit(spec.cloudInit(), findings);
        }
        if (spec.policyRef() != null) {
            findings.requiredForm(
                    spec.policyRef().name(), POLICY_NAME_FORM, "spec.policyRef.name", POLICY_NAME_MESSAGE);
        }
        return findings.violations();
    }

    /** Whether a domain of this name can be adopted. */
    static boolean isDomainName(String name) {
        return Forms.fits(DOMAIN_NAME_FORM, name);
    }

    /** What is wrong with the object's name; empty when nothing is. */
    static List<Violation> checkName(@Nullable String name) {
        Findings findings = new Findings();
        findings.rule(name == null || name.length() <= 63, "metadata.name", OBJECT_NAME_MESSAGE);
        return findings.violations();
    }

    /** What the API server cannot see is found here: it reads no XML. */
    private static void overlay(String overlay, Findings findings) {
        String field = "spec.domainOverlay";
        boolean framed =
                overlay.startsWith("<domain>") && (overlay.endsWith("</domain>") || overlay.endsWith("</domain>\n"));
        findings.rule(framed, field, OVERLAY_MESSAGE);
        findings.rule(
                overlay.length() <= LONGEST_OVERLAY,
                field,
                "domainOverlay must have at most " + LONGEST_OVERLAY + " characters");
        if (framed) {
            try {
                DomainOverlay.parse(overlay);
            } catch (IllegalArgumentException wrong) {
                findings.rule(false, field, "domainOverlay cannot be used: " + wrong.getMessage());
            }
        }
    }

    private static void cpu(@Nullable Cpu cpu, Findings findings) {
        if (findings.required(cpu, "spec.cpu") && cpu != null) {
            findings.requiredRange(cpu.cores(), 1, 512, "spec.cpu.cores", CORES_MESSAGE);
            Integer most = cpu.maxCores();
            findings.rule(most == null || most >= 1 && most <= 512, "spec.cpu.maxCores", MAX_CORES_MESSAGE);
            findings.rule(
                    most == null || cpu.cores() == null || most >= cpu.cores(),
                    "spec.cpu.maxCores",
                    MAX_CORES_NOT_LESS_MESSAGE);
        }
    }

    private static void memory(@Nullable Memory memory, Findings findings) {
        if (findings.required(memory, "spec.memory") && memory != null) {
            Quantity size = memory.size();
            if (findings.required(size, "spec.memory.size")) {
                findings.rule(isMemorySize(size), "spec.memory.size", MEMORY_SIZE_MESSAGE);
            }
            Quantity most = memory.maxSize();
            if (most != null) {
                findings.rule(isMemorySize(most), "spec.memory.maxSize", MAX_SIZE_MESSAGE);
                findings.rule(
                        size == null || Quantities.notLess(most, size),
                        "spec.memory.maxSize",
                        MAX_SIZE_NOT_LESS_MESSAGE);
            }
        }
    }

    private static boolean isMemorySize(Quantity size) {
        return Quantities.within(size, Quantities.MEBIBYTE, Quantities.SIXTEEN_TEBIBYTES)
                && Quantities.wholeMebibytes(size);
    }

    private static void disks(List<Disk> disks, Findings findings) {
        findings.rule(!disks.isEmpty() && disks.size() <= 26, "spec.disks", DISKS_LIMIT_MESSAGE);
        findings.distinct(present(disks.stream().map(Disk::name)), "spec.disks", DISTINCT_DISK_NAMES_MESSAGE);
        List<String> locations = disks.stream()
                .map(VirtualMachineRules::location)
                .filter(location -> !location.isEmpty())
                .toList();
        findings.distinct(locations, "spec.disks", DISTINCT_LOCATIONS_MESSAGE);
        for (int index = 0; index < disks.size(); index++) {
            disk(disks.get(index), Findings.item("spec.disks", index), findings);
        }
    }

    private static String location(Disk disk) {
        if (disk.shared() != null) {
            return disk.shared().location();
        }
        if (disk.local() != null) {
            return disk.local().location();
        }
        return disk.cdrom() != null && disk.cdrom().path() != null
                ? disk.cdrom().path()
                : "";
    }

    private static void disk(Disk disk, String field, Findings findings) {
        findings.requiredForm(disk.name(), NAME_FORM, field + ".name", DISK_NAME_MESSAGE);
        long kinds = Stream.of(disk.shared(), disk.local(), disk.cdrom())
                .filter(Objects::nonNull)
                .count();
        findings.rule(kinds == 1, field, ONE_KIND_OF_DISK_MESSAGE);
        source(disk.shared(), field + ".shared", findings);
        source(disk.local(), field + ".local", findings);
        Cdrom cdrom = disk.cdrom();
        if (cdrom != null && findings.required(cdrom.path(), field + ".cdrom.path")) {
            path(cdrom.path(), field + ".cdrom.path", findings);
        }
    }

    private static void source(@Nullable Source source, String field, Findings findings) {
        if (source == null) {
            return;
        }
        findings.rule((source.path() == null) != (source.device() == null), field, ONE_LOCATION_MESSAGE);
        findings.rule(
                source.device() == null || source.format() == DiskFormat.raw, field + ".format", DEVICE_IS_RAW_MESSAGE);
        findings.form(source.device(), DEVICE_FORM, field + ".device", DEVICE_MESSAGE);
        path(source.path(), field + ".path", findings);
    }

    private static void path(@Nullable String path, String field, Findings findings) {
        findings.rule(
                path == null || (Forms.fits(PATH_FORM, path) && !Forms.fits(KERNEL_PATH_FORM, path)),
                field,
                PATH_MESSAGE);
    }

    private static void interfaces(List<Interface> interfaces, Findings findings) {
        findings.rule(interfaces.size() <= 16, "spec.interfaces", INTERFACES_LIMIT_MESSAGE);
        findings.distinct(
                present(interfaces.stream().map(Interface::name)), "spec.interfaces", DISTINCT_INTERFACE_NAMES_MESSAGE);
        findings.distinct(
                present(interfaces.stream().map(Interface::macAddress)),
                "spec.interfaces",
                DISTINCT_MAC_ADDRESSES_MESSAGE);
        for (int index = 0; index < interfaces.size(); index++) {
            nic(interfaces.get(index), Findings.item("spec.interfaces", index), findings);
        }
    }

    private static void nic(Interface nic, String field, Findings findings) {
        findings.requiredForm(nic.name(), NAME_FORM, field + ".name", INTERFACE_NAME_MESSAGE);
        findings.requiredForm(nic.bridge(), BRIDGE_FORM, field + ".bridge", BRIDGE_MESSAGE);
        String address = nic.macAddress();
        findings.rule(
                address == null || (Forms.fits(MAC_ADDRESS_FORM, address) && !address.equals("00:00:00:00:00:00")),
                field + ".macAddress",
                MAC_ADDRESS_MESSAGE);
    }

    private static void cloudInit(CloudInit cloudInit, Findings findings) {
        boolean inline = cloudInit.userData() != null || cloudInit.networkData() != null;
        findings.rule((cloudInit.secretRef() != null) != inline, "spec.cloudInit", ONE_CLOUD_INIT_MESSAGE);
        findings.rule(fits(cloudInit.userData()), "spec.cloudInit.userData", USER_DATA_MESSAGE);
        findings.rule(fits(cloudInit.networkData()), "spec.cloudInit.networkData", NETWORK_DATA_MESSAGE);
        if (cloudInit.secretRef() != null) {
            findings.requiredForm(
                    cloudInit.secretRef().name(),
                    SECRET_NAME_FORM,
                    "spec.cloudInit.secretRef.name",
                    HypervisorRules.SECRET_NAME_MESSAGE);
        }
    }

    private static boolean fits(@Nullable String data) {
        return data == null || data.codePointCount(0, data.length()) <= 65_536;
    }

    private static List<String> present(Stream<@Nullable String> values) {
        return values.filter(Objects::nonNull).toList();
    }
}
