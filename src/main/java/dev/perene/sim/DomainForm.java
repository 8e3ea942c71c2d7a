package dev.perene.sim;

import dev.perene.port.DomainTag;
import dev.perene.port.LibvirtFailure;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * What a domain definition says, as far as the simulation needs it.
 *
 * @param uuid of the domain
 * @param name of the domain
 * @param tag Perene's, if it has one
 * @param memoryBytes its memory
 * @param cores its virtual CPUs
 * @param paths files and devices of its disks
 * @param bridges of its interfaces
 * @param keptAfterCrash whether QEMU is kept when the guest panics
 * @param nvram path of the variables of its UEFI firmware, if it has one
 */
record DomainForm(
        UUID uuid,
        String name,
        Optional<DomainTag> tag,
        long memoryBytes,
        int cores,
        List<String> paths,
        List<String> bridges,
        boolean keptAfterCrash,
        Optional<String> nvram) {
    private static final Map<String, Long> UNITS = Map.of(
            "b", 1L, "bytes", 1L, "KiB", 1L << 10, "k", 1L << 10, "MiB", 1L << 20, "M", 1L << 20, "GiB", 1L << 30);

    /** Reads a definition; what libvirt would refuse is refused. */
    static DomainForm parse(String xml) throws LibvirtFailure {
        Element domain = root(xml);
        String name = text(domain, "name").orElseThrow(() -> refused("XML error: missing name information for domain"));
        long memory = text(domain, "memory").map(size -> bytes(domain, size)).orElse(0L);
        require(
                Stream.of("kvm", "qemu").anyMatch(domain.getAttribute("type")::equals),
                "unsupported configuration: no emulator for domain type '" + domain.getAttribute("type") + "'");
        require(memory > 0, "XML error: Memory size must be specified via <memory> or in the <numa> configuration");
        require(text(domain, "os").isPresent(), "XML error: an os <type> must be specified");
        require(
                children(domain, "os").flatMap(os -> children(os, "type")).anyMatch(DomainForm::canBeEmulated),
                "unsupported configuration: no emulator for the architecture of os <type>");
        return new DomainForm(
                uuid(domain, name),
                name,
                tag(domain),
                memory,
                text(domain, "vcpu").map(Integer::parseInt).orElse(1),
                attributes(domain, "disk", "source", "file", "dev"),
                attributes(domain, "interface", "source", "bridge"),
                text(domain, "on_crash").filter("preserve"::equals).isPresent(),
                children(domain, "os")
                        .filter(system -> system.getAttribute("firmware").equals("efi"))
                        .findFirst()
                        .flatMap(system -> text(system, "nvram")));
    }

    private static boolean canBeEmulated(Element type) {
        return List.of("", "x86_64", "i686").contains(type.getAttribute("arch"));
    }

    private static Element root(String xml) throws LibvirtFailure {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newNSInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new Thrower());
            Element root = builder.parse(new InputSource(new StringReader(xml))).getDocumentElement();
            require(
                    root.getTagName().equals("domain"),
                    "XML error: unexpected root element <" + root.getTagName() + ">, expecting <domain>");
            return root;
        } catch (SAXException | IOException malformed) {
            throw refused("(domain_definition): " + malformed.getMessage());
        } catch (ParserConfigurationException impossible) {
            throw new IllegalStateException(impossible);
        }
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
        return children(domain, "metadata")
                .flatMap(metadata -> elements(metadata.getElementsByTagNameNS(DomainTag.NAMESPACE, "virtualmachine")))
                .findFirst()
                .flatMap(DomainForm::tagIn);
    }

    /** The tag; empty when somebody wrote something else there. */
    private static Optional<DomainTag> tagIn(Element element) {
        try {
            return Optional.of(new DomainTag(
                    UUID.fromString(element.getAttribute("uid")),
                    element.getAttribute("namespace"),
                    element.getAttribute("name")));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    private static long bytes(Element domain, String size) {
        String unit = children(domain, "memory").findFirst().orElseThrow().getAttribute("unit");
        return Long.parseLong(size) * UNITS.getOrDefault(unit.isEmpty() ? "KiB" : unit, 1L << 10);
    }

    private static List<String> attributes(Element domain, String device, String child, String... names) {
        List<String> found = new ArrayList<>();
        children(domain, "devices")
                .flatMap(devices -> children(devices, device))
                .flatMap(element -> children(element, child))
                .forEach(source -> Stream.of(names)
                        .map(source::getAttribute)
                        .filter(value -> !value.isEmpty())
                        .forEach(found::add));
        return List.copyOf(found);
    }

    private static Optional<String> text(Element parent, String name) {
        return children(parent, name)
                .map(element -> element.getTextContent().strip())
                .filter(text -> !text.isEmpty())
                .findFirst();
    }

    private static Stream<Element> children(Element parent, String name) {
        return elements(parent.getChildNodes())
                .filter(element -> name.equals(element.getLocalName()) && element.getNamespaceURI() == null);
    }

    private static Stream<Element> elements(NodeList nodes) {
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast);
    }

    private static void require(boolean condition, String words) throws LibvirtFailure {
        if (!condition) {
            throw refused(words);
        }
    }

    private static LibvirtFailure refused(String words) {
        return new LibvirtFailure(LibvirtFailure.Kind.Refused, words);
    }

    /** The parser's own one prints to standard error. */
    private static final class Thrower implements ErrorHandler {
        @Override
        public void warning(SAXParseException exception) {}

        @Override
        public void error(SAXParseException exception) throws SAXException {
            throw exception;
        }

        @Override
        public void fatalError(SAXParseException exception) throws SAXException {
            throw exception;
        }
    }
}
