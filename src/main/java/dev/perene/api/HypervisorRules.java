package dev.perene.api;

import dev.perene.api.HypervisorSpec.Address;
import dev.perene.api.HypervisorSpec.AddressType;
import dev.perene.api.HypervisorSpec.Allowed;
import dev.perene.api.HypervisorSpec.Reserved;
import dev.perene.api.HypervisorSpec.SecretReference;
import dev.perene.api.HypervisorSpec.Ssh;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a Hypervisor's spec: in CEL for the API server and in Java for the rest, with one message for both. A
 * constant and the one that ends in {@code _MESSAGE} belong together.
 */
final class HypervisorRules {
    static final String LIBVIRT_URI = "self.matches(r'" + Forms.LIBVIRT_URI + "')";
    static final String LIBVIRT_URI_MESSAGE =
            "libvirtURI must be qemu+ssh://, qemu+tls:// or qemu+tcp:// with [user@]host[:port]/system and nothing after"
                    + " it, for example qemu+ssh://root@host-1/system; IPv6 addresses in square brackets";

    static final String ADDRESS = "self.matches(r'" + Forms.ADDRESS + "')";
    static final String ADDRESS_MESSAGE =
            "address must be an IPv4 address, an IPv6 address or a DNS name in lower case, for example 192.0.2.11 or"
                    + " host-1.example.org";

    static final String PORT = "self >= 1 && self <= 65535";
    static final String PORT_MESSAGE = "port must be between 1 and 65535";

    static final String USER = "self.matches(r'" + Forms.USER + "')";
    static final String USER_MESSAGE =
            "user must be a login name of at most 32 lower-case letters, digits, '_' and '-' that begins with a letter"
                    + " or '_', for example root";

    static final String HOST_KEY = "self.matches(r'" + Forms.HOST_KEY + "')";
    static final String HOST_KEY_MESSAGE =
            "hostKey must be one public key as ssh-keyscan prints it, without the host's name and without a comment:"
                    + " ssh-ed25519 AAAA..., ecdsa-sha2-nistp256 AAAA... or ssh-rsa AAAA...";

    static final String NAMESPACE = "self.matches(r'" + Forms.DNS_LABEL + "')";
    static final String NAMESPACE_MESSAGE =
            "namespace must be a namespace's name: at most 63 lower-case letters, digits and '-'";

    static final String SECRET_NAME = "self.matches(r'" + Forms.DNS_SUBDOMAIN + "')";
    static final String SECRET_NAME_MESSAGE = "name must be a Secret's name: lower-case letters, digits, '-' and '.'";

    static final String MANAGEMENT_ADDRESS = "self.exists(a, a.type == 'Management')";
    static final String MANAGEMENT_ADDRESS_MESSAGE =
            "addresses must contain one of type Management, the one that is probed";

    static final String DISTINCT_ADDRESSES =
            "self.all(a, self.exists_one(b, a.type == b.type && a.address == b.address))";
    static final String DISTINCT_ADDRESSES_MESSAGE =
            "addresses must differ in type or address: remove the one that is there twice";

    static final String ADDRESSES_LIMIT = "self.size() <= 16";
    static final String ADDRESSES_LIMIT_MESSAGE = "addresses must hold at most 16 items";

    static final String RESERVED_CPU = "type(self) == int ? self >= 0 && self <= 4096 : self.matches(r'"
            + Forms.QUANTITY + "') && quantity(self).compareTo(quantity('4096')) <= 0";
    static final String RESERVED_CPU_MESSAGE = "cpu must be a number of CPUs between 0 and 4096, for example 2 or 500m";

    static final String RESERVED_MEMORY = "type(self) == int ? self >= 0 && self <= 17592186044416 : self.matches(r'"
            + Forms.QUANTITY + "') && quantity(self).compareTo(quantity('16Ti')) <= 0";
    static final String RESERVED_MEMORY_MESSAGE = "memory must be between 0 and 16Ti, for example 2Gi";

    static final String ALLOWED_PATH =
            "self.matches(r'" + Forms.PATH_OR_FOLDER + "') && !self.matches(r'" + Forms.KERNEL_PATH + "')";
    static final String ALLOWED_PATH_MESSAGE =
            "paths must be absolute and plain, of files or, ending in '/', of folders, outside /dev, /proc and /sys, for"
                    + " example /srv/images/: letters, digits and ._+,:=@- between single slashes, no '..'";

    static final String ALLOWED_DEVICE = "self.matches(r'" + Forms.DEVICE_OR_FOLDER + "')";
    static final String ALLOWED_DEVICE_MESSAGE =
            "devices must be absolute and plain, of block devices or, ending in '/', of folders, under /dev/, for example"
                    + " /dev/vg0/: letters, digits and ._+,:=@- between single slashes, no '..'";

    static final String ALLOWED_BRIDGE = "self.matches(r'" + Forms.LINK + "')";
    static final String ALLOWED_BRIDGE_MESSAGE =
            "bridges must be names of network interfaces: at most 15 letters, digits and _.- beginning with a letter or"
                    + " digit, for example br0";

    static final String ALLOWED_DOMAIN = "self.matches(r'" + Forms.DOMAIN_NAMES + "')";
    static final String ALLOWED_DOMAIN_MESSAGE =
            "adopt must be names of domains, or how they begin followed by '*': letters, digits and ._+:@-, for example"
                    + " legacy-*";

    /** The same as {@link DomainOverlay#PATHS}; a test compares them. */
    static final String ALLOWED_OVERLAY =
            "self in ['blkiotune','clock','cpu','cputune','features','iothreads','memoryBacking','memtune',"
                    + "'numatune','pm','devices/hostdev','devices/input','devices/iommu','devices/panic',"
                    + "'devices/rng','devices/sound','devices/tpm','devices/video','devices/vsock','devices/watchdog']";

    static final String ALLOWED_OVERLAY_MESSAGE =
            "domainOverlay must be elements that an overlay may have: blkiotune, clock, cpu, cputune, features, iothreads, memoryBacking, memtune, numatune, pm"
                    + ", devices/hostdev, devices/input, devices/iommu, devices/panic, devices/rng, devices/sound, devices/tpm, devices/video, devices/vsock, devices/watchdog";

    static final String ALLOWED_OVERLAY_LIMIT_MESSAGE = "domainOverlay must hold at most 64 items";

    static final String ALLOWED_LIMIT = "self.size() <= 64";
    static final String ALLOWED_PATHS_LIMIT_MESSAGE = "paths must hold at most 64 items: list folders, ending in '/'";
    static final String ALLOWED_DEVICES_LIMIT_MESSAGE =
            "devices must hold at most 64 items: list folders, ending in '/'";
    static final String ALLOWED_BRIDGES_LIMIT_MESSAGE = "bridges must hold at most 64 items";

    static final String ALLOWED_DOMAINS_LIMIT_MESSAGE =
            "adopt must hold at most 64 items: end one in '*' for all domains whose names begin so";

    private static final Pattern LIBVIRT_URI_FORM = Pattern.compile(Forms.LIBVIRT_URI);
    private static final Pattern DOMAINS_FORM = Pattern.compile(Forms.DOMAIN_NAMES);
    private static final Pattern ADDRESS_FORM = Pattern.compile(Forms.ADDRESS);
    private static final Pattern USER_FORM = Pattern.compile(Forms.USER);
    private static final Pattern HOST_KEY_FORM = Pattern.compile(Forms.HOST_KEY);
    private static final Pattern NAMESPACE_FORM = Pattern.compile(Forms.DNS_LABEL);
    private static final Pattern SECRET_NAME_FORM = Pattern.compile(Forms.DNS_SUBDOMAIN);
    private static final Pattern PATH_FORM = Pattern.compile(Forms.PATH_OR_FOLDER);
    private static final Pattern KERNEL_PATH_FORM = Pattern.compile(Forms.KERNEL_PATH);
    private static final Pattern DEVICE_FORM = Pattern.compile(Forms.DEVICE_OR_FOLDER);
    private static final Pattern BRIDGE_FORM = Pattern.compile(Forms.LINK);
    private static final BigDecimal MOST_CPUS = BigDecimal.valueOf(4096);

    private HypervisorRules() {}

    /** What is wrong with the spec; empty when nothing is. */
    static List<Violation> check(HypervisorSpec spec) {
        Findings findings = new Findings();
        findings.requiredForm(spec.libvirtURI(), LIBVIRT_URI_FORM, "spec.libvirtURI", LIBVIRT_URI_MESSAGE);
        if (findings.required(spec.ssh(), "spec.ssh")) {
            ssh(spec.ssh(), findings);
        }
        addresses(spec.addresses(), findings);
        reserved(spec.reserved(), findings);
        allowed(spec.allowed(), findings);
        return findings.violations();
    }

    private static void ssh(Ssh ssh, Findings findings) {
        findings.requiredForm(ssh.address(), ADDRESS_FORM, "spec.ssh.address", ADDRESS_MESSAGE);
        findings.requiredRange(ssh.port(), 1, 65535, "spec.ssh.port", PORT_MESSAGE);
        findings.requiredForm(ssh.user(), USER_FORM, "spec.ssh.user", USER_MESSAGE);
        findings.requiredForm(ssh.hostKey(), HOST_KEY_FORM, "spec.ssh.hostKey", HOST_KEY_MESSAGE);
        if (findings.required(ssh.secretRef(), "spec.ssh.secretRef")) {
            secret(ssh.secretRef(), findings);
        }
    }

    private static void secret(SecretReference secret, Findings findings) {
        findings.requiredForm(secret.namespace(), NAMESPACE_FORM, "spec.ssh.secretRef.namespace", NAMESPACE_MESSAGE);
        findings.requiredForm(secret.name(), SECRET_NAME_FORM, "spec.ssh.secretRef.name", SECRET_NAME_MESSAGE);
    }

    private static void addresses(List<Address> addresses, Findings findings) {
        for (int index = 0; index < addresses.size(); index++) {
            String field = Findings.item("spec.addresses", index);
            findings.required(addresses.get(index).type(), field + ".type");
            findings.requiredForm(addresses.get(index).address(), ADDRESS_FORM, field + ".address", ADDRESS_MESSAGE);
        }
        findings.rule(addresses.size() <= 16, "spec.addresses", ADDRESSES_LIMIT_MESSAGE);
        findings.rule(
                addresses.stream().anyMatch(address -> address.type() == AddressType.Management),
                "spec.addresses",
                MANAGEMENT_ADDRESS_MESSAGE);
        findings.distinct(addresses, "spec.addresses", DISTINCT_ADDRESSES_MESSAGE);
    }

    private static void reserved(Reserved reserved, Findings findings) {
        findings.rule(atMost(reserved.cpu(), MOST_CPUS), "spec.reserved.cpu", RESERVED_CPU_MESSAGE);
        findings.rule(
                atMost(reserved.memory(), Quantities.SIXTEEN_TEBIBYTES),
                "spec.reserved.memory",
                RESERVED_MEMORY_MESSAGE);
    }

    private static boolean atMost(@Nullable Quantity quantity, BigDecimal highest) {
        return quantity == null || Quantities.within(quantity, BigDecimal.ZERO, highest);
    }

    private static void allowed(Allowed allowed, Findings findings) {
        for (int index = 0; index < allowed.paths().size(); index++) {
            String path = allowed.paths().get(index);
            findings.rule(
                    Forms.fits(PATH_FORM, path) && !Forms.fits(KERNEL_PATH_FORM, path),
                    Findings.item("spec.allowed.paths", index),
                    ALLOWED_PATH_MESSAGE);
        }
        findings.eachForm(allowed.devices(), DEVICE_FORM, "spec.allowed.devices", ALLOWED_DEVICE_MESSAGE);
        findings.eachForm(allowed.bridges(), BRIDGE_FORM, "spec.allowed.bridges", ALLOWED_BRIDGE_MESSAGE);
        findings.rule(allowed.paths().size() <= 64, "spec.allowed.paths", ALLOWED_PATHS_LIMIT_MESSAGE);
        findings.rule(allowed.devices().size() <= 64, "spec.allowed.devices", ALLOWED_DEVICES_LIMIT_MESSAGE);
        findings.rule(allowed.bridges().size() <= 64, "spec.allowed.bridges", ALLOWED_BRIDGES_LIMIT_MESSAGE);
        for (int index = 0; index < allowed.domainOverlay().size(); index++) {
            findings.rule(
                    DomainOverlay.PATHS.contains(allowed.domainOverlay().get(index)),
                    Findings.item("spec.allowed.domainOverlay", index),
                    ALLOWED_OVERLAY_MESSAGE);
        }
        findings.rule(
                allowed.domainOverlay().size() <= 64, "spec.allowed.domainOverlay", ALLOWED_OVERLAY_LIMIT_MESSAGE);
        findings.eachForm(allowed.adopt(), DOMAINS_FORM, "spec.allowed.adopt", ALLOWED_DOMAIN_MESSAGE);
        findings.rule(allowed.adopt().size() <= 64, "spec.allowed.adopt", ALLOWED_DOMAINS_LIMIT_MESSAGE);
    }
}
