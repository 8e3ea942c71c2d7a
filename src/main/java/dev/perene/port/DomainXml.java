package dev.perene.port;

import dev.perene.api.XmlDocument;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Reads libvirt's domain XML as far as {@link DomainShape} goes. */
public final class DomainXml {
    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("b", 1L),
            Map.entry("bytes", 1L),
            Map.entry("KB", 1_000L),
            Map.entry("k", 1L << 10),
            Map.entry("KiB", 1L << 10),
            Map.entry("MB", 1_000_000L),
            Map.entry("M", 1L << 20),
            Map.entry("MiB", 1L << 20),
            Map.entry("GB", 1_000_000_000L),
            Map.entry("G", 1L << 30),
            Map.entry("GiB", 1L << 30),
            Map.entry("TiB", 1L << 40));

    private DomainXml() {}

    static DomainDescription read(String xml) {
        Element domain = XmlDocument.root(xml);
        return new DomainDescription(
                UUID.fromString(text(domain, "uuid").orElseThrow(() -> new IllegalArgumentException("it has no UUID"))),
                text(domain, "name").orElse(""),
                tagElement(domain).flatMap(DomainXml::tag),
                shape(domain));
    }

    /**
     * What a definition's hardware is; of a definition that libvirt has not completed, too.
     *
     * @param domain the element {@code domain}
     */
    public static DomainShape shape(Element domain) {
        int maxCores = text(domain, "vcpu").map(Integer::parseInt).orElse(1);
        long maxMemory = bytes(domain, "memory").orElse(0L);
        return new DomainShape(
                child(domain, "vcpu")
                        .map(vcpu -> vcpu.getAttribute("current"))
                        .filter(current -> !current.isEmpty())
                        .map(Integer::parseInt)
                        .orElse(maxCores),
                maxCores,
                bytes(domain, "currentMemory").orElse(maxMemory),
                maxMemory,
                devices(domain, "memballoon")
                        .noneMatch(balloon -> balloon.getAttribute("model").equals("none")),
                machine(domain),
                isUefi(domain),
                devices(domain, "disk")
                        .map(DomainXml::disk)
                        .filter(disk -> !HostFile.isOwn(disk.location()))
                        .toList(),
                devices(domain, "interface").map(DomainXml::networkInterface).toList(),
                tagElement(domain).map(DomainXml::marks).orElse(Map.of()));
    }

    /** The element {@code disk} of a definition. */
    public static DomainShape.Disk disk(Element disk) {
        Optional<Element> source = child(disk, "source");
        return new DomainShape.Disk(
                text(disk, "serial").orElse(""),
                attribute(child(disk, "target"), "dev"),
                attribute(child(disk, "target"), "bus"),
                disk.getAttribute("device").equals("cdrom"),
                Stream.of("file", "dev")
                        .map(name -> attribute(source, name))
                        .filter(value -> !value.isEmpty())
                        .findFirst()
                        .orElse(""),
                attribute(child(disk, "driver"), "type"));
    }

    /** The element {@code interface} of a definition. */
    public static DomainShape.Interface networkInterface(Element element) {
        return new DomainShape.Interface(
                attribute(child(element, "mac"), "address").toLowerCase(Locale.ROOT),
                attribute(child(element, "source"), "bridge"),
                attribute(child(element, "model"), "type"));
    }

    /** The tag in a domain's metadata; empty also when somebody wrote something else there. */
    public static Optional<DomainTag> tag(Element element) {
        try {
            return Optional.of(new DomainTag(
                    UUID.fromString(element.getAttribute("uid")),
                    element.getAttribute("namespace"),
                    element.getAttribute("name")));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    /** The first child with a name, in no namespace. */
    public static Optional<Element> child(Element parent, String name) {
        return children(parent, name).findFirst();
    }

    /** All children. */
    public static Stream<Element> children(Element parent) {
        return elements(parent.getChildNodes());
    }

    /** The children with a name, in no namespace. */
    public static Stream<Element> children(Element parent, String name) {
        return elements(parent.getChildNodes())
                .filter(element -> name.equals(element.getLocalName()) && element.getNamespaceURI() == null);
    }

    /** The text of the first child with a name; empty when there is none. */
    public static Optional<String> text(Element parent, String name) {
        return children(parent, name)
                .map(element -> element.getTextContent().strip())
                .filter(text -> !text.isEmpty())
                .findFirst();
    }

    /** Perene's element in a domain's metadata, whatever is in it. */
    public static Optional<Element> tagElement(Element domain) {
        return children(domain, "metadata")
                .flatMap(metadata -> elements(metadata.getElementsByTagNameNS(DomainTag.NAMESPACE, DomainTag.ELEMENT)))
                .findFirst();
    }

    private static Map<String, String> marks(Element tag) {
        return elements(tag.getElementsByTagNameNS(DomainTag.NAMESPACE, DomainTag.MARK))
                .collect(Collectors.toMap(
                        mark -> mark.getAttribute("field"), mark -> mark.getAttribute("hash"), (one, other) -> one));
    }

    private static String machine(Element domain) {
        String machine = child(domain, "os")
                .flatMap(os -> child(os, "type"))
                .map(type -> type.getAttribute("machine"))
                .orElse("");
        return machine.contains("q35")
                ? "q35"
                : machine.equals("pc") || machine.contains("i440fx") ? "i440fx" : machine;
    }

    private static boolean isUefi(Element domain) {
        return child(domain, "os")
                .filter(system -> system.getAttribute("firmware").equals("efi")
                        || child(system, "loader")
                                .filter(loader -> loader.getAttribute("type").equals("pflash"))
                                .isPresent())
                .isPresent();
    }

    private static Stream<Element> devices(Element domain, String name) {
        return children(domain, "devices").flatMap(devices -> children(devices, name));
    }

    private static Optional<Long> bytes(Element domain, String name) {
        return child(domain, name).map(element -> {
            String unit = element.getAttribute("unit");
            return Long.parseLong(element.getTextContent().strip())
                    * UNITS.getOrDefault(unit.isEmpty() ? "KiB" : unit, 1L << 10);
        });
    }

    private static String attribute(Optional<Element> element, String name) {
        return element.map(found -> found.getAttribute(name)).orElse("");
    }

    private static Stream<Element> elements(NodeList nodes) {
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast);
    }
}
