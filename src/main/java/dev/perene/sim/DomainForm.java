package dev.perene.sim;

import static dev.perene.port.DomainXml.children;
import static dev.perene.port.DomainXml.text;

import dev.perene.api.XmlDocument;
import dev.perene.port.DomainDescription;
import dev.perene.port.DomainShape;
import dev.perene.port.DomainTag;
import dev.perene.port.DomainXml;
import dev.perene.port.HostFile;
import dev.perene.port.LibvirtFailure;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.w3c.dom.Element;

/**
 * What a domain definition says, as far as the simulation needs it.
 *
 * @param description of the domain
 * @param keptAfterCrash whether QEMU is kept when the guest panics
 * @param nvram path of the variables of its UEFI firmware, if it has one
 * @param ownFiles paths of disks that Perene itself keeps on the host
 */
record DomainForm(
        DomainDescription description, boolean keptAfterCrash, Optional<String> nvram, List<String> ownFiles) {

    /** Reads a definition; what libvirt would refuse is refused. */
    static DomainForm parse(String xml) throws LibvirtFailure {
        Element domain = root(xml);
        String name = text(domain, "name").orElseThrow(() -> refused("XML error: missing name information for domain"));
        DomainShape shape = DomainXml.shape(domain);
        require(
                Stream.of("kvm", "qemu").anyMatch(domain.getAttribute("type")::equals),
                "unsupported configuration: no emulator for domain type '" + domain.getAttribute("type") + "'");
        require(
                shape.maxMemoryBytes() > 0,
                "XML error: Memory size must be specified via <memory> or in the <numa> configuration");
        require(text(domain, "os").isPresent(), "XML error: an os <type> must be specified");
        require(
                children(domain, "os").flatMap(os -> children(os, "type")).anyMatch(DomainForm::canBeEmulated),
                "unsupported configuration: no emulator for the architecture of os <type>");
        return new DomainForm(
                new DomainDescription(uuid(domain, name), name, tag(domain), shape),
                text(domain, "on_crash").filter("preserve"::equals).isPresent(),
                children(domain, "os")
                        .filter(system -> system.getAttribute("firmware").equals("efi"))
                        .findFirst()
                        .flatMap(system -> text(system, "nvram")),
                children(domain, "devices")
                        .flatMap(devices -> children(devices, "disk"))
                        .map(disk -> DomainXml.disk(disk).location())
                        .filter(HostFile::isOwn)
                        .toList());
    }

    UUID uuid() {
        return description.uuid();
    }

    String name() {
        return description.name();
    }

    Optional<DomainTag> tag() {
        return description.tag();
    }

    DomainShape shape() {
        return description.shape();
    }

    long memoryBytes() {
        return shape().maxMemoryBytes();
    }

    /** Files and devices of its disks. */
    List<String> paths() {
        return Stream.concat(shape().disks().stream().map(DomainShape.Disk::location), ownFiles.stream())
                .filter(location -> !location.isEmpty())
                .toList();
    }

    /** Bridges of its interfaces. */
    List<String> bridges() {
        return shape().interfaces().stream()
                .map(DomainShape.Interface::bridge)
                .filter(bridge -> !bridge.isEmpty())
                .toList();
    }

    DomainForm withShape(DomainShape next) {
        return new DomainForm(description.withShape(next), keptAfterCrash, nvram, ownFiles);
    }

    DomainForm named(String next) {
        return new DomainForm(new DomainDescription(uuid(), next, tag(), shape()), keptAfterCrash, nvram, ownFiles);
    }

    DomainForm withTag(Optional<DomainTag> next) {
        return new DomainForm(description.withTag(next), keptAfterCrash, nvram, ownFiles);
    }

    private static boolean canBeEmulated(Element type) {
        return List.of("", "x86_64", "i686").contains(type.getAttribute("arch"));
    }

    private static Element root(String xml) throws LibvirtFailure {
        Element root;
        try {
            root = XmlDocument.root(xml);
        } catch (IllegalArgumentException malformed) {
            throw refused("(domain_definition): " + malformed.getMessage());
        }
        require(
                root.getTagName().equals("domain"),
                "XML error: unexpected root element <" + root.getTagName() + ">, expecting <domain>");
        return root;
    }

    private static UUID uuid(Element domain, String name) throws LibvirtFailure {
        Optional<String> text = text(domain, "uuid");
        try {
            return text.map(UUID::fromString)
                    .orElseGet(() -> UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException malformed) {
            throw refused("XML error: malformed uuid element");
        }
    }

    private static Optional<DomainTag> tag(Element domain) {
        return DomainXml.tagElement(domain).flatMap(DomainXml::tag);
    }

    private static void require(boolean condition, String words) throws LibvirtFailure {
        if (!condition) {
            throw refused(words);
        }
    }

    private static LibvirtFailure refused(String words) {
        return new LibvirtFailure(LibvirtFailure.Kind.Refused, words);
    }
}
