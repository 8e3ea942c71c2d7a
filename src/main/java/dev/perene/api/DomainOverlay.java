package dev.perene.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * libvirt's domain XML that a VM adds to what Perene writes: elements that Perene has no field for. Which of them a VM may
 * use is up to the admin of each host; those that would touch disks, the emulator, the guest's identity or what happens at
 * its end are nobody's.
 *
 * @param elements the children of {@code domain}, but {@code devices}, and the children of {@code devices}
 */
public record DomainOverlay(List<Item> elements) {
    /** What a host's admin can allow. */
    static final Set<String> PATHS = Set.of(
            "blkiotune",
            "clock",
            "cpu",
            "cputune",
            "features",
            "iothreads",
            "memoryBacking",
            "memtune",
            "numatune",
            "pm",
            "devices/hostdev",
            "devices/input",
            "devices/iommu",
            "devices/panic",
            "devices/rng",
            "devices/sound",
            "devices/tpm",
            "devices/video",
            "devices/vsock",
            "devices/watchdog");

    private static final String ROOT = "domain";
    private static final String DEVICES = "devices";

    /**
     * One of the elements.
     *
     * @param path {@code cpu} or {@code devices/rng}
     * @param element as it was parsed
     */
    public record Item(String path, Element element) {}

    /**
     * Reads an overlay.
     *
     * @throws IllegalArgumentException with a sentence that names what is wrong and what would be right
     */
    public static DomainOverlay parse(String xml) {
        Element root;
        try {
            root = XmlDocument.root(xml);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("it is no XML: " + malformed.getMessage(), malformed);
        }
        require(root.getTagName().equals(ROOT), "its root is <" + root.getTagName() + ">, not <domain>");
        refuseNamespaces(root);
        plain(root);
        List<Item> items = new ArrayList<>();
        children(root).forEach(child -> {
            if (child.getTagName().equals(DEVICES)) {
                plain(child);
                children(child).forEach(device -> items.add(item(DEVICES + "/" + device.getTagName(), device)));
            } else {
                items.add(item(child.getTagName(), child));
            }
        });
        return new DomainOverlay(List.copyOf(items));
    }

    private static Item item(String path, Element element) {
        require(
                PATHS.contains(path),
                "<" + path + "> is none of the elements that it may have: " + String.join(", ", new TreeSet<>(PATHS)));
        return new Item(path, element);
    }

    private static void plain(Element element) {
        require(
                element.getAttributes().getLength() == 0,
                "<" + element.getTagName() + "> has attributes; only elements within it are taken over");
    }

    /** libvirt passes what stands in a namespace of its own to QEMU as it is. */
    private static void refuseNamespaces(Element element) {
        require(element.getNamespaceURI() == null, "<" + element.getTagName() + "> stands in a namespace");
        children(element).forEach(DomainOverlay::refuseNamespaces);
    }

    private static Stream<Element> children(Element parent) {
        NodeList nodes = parent.getChildNodes();
        return IntStream.range(0, nodes.getLength())
                .<Node>mapToObj(nodes::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast);
    }

    private static void require(boolean condition, String why) {
        if (!condition) {
            throw new IllegalArgumentException(why);
        }
    }
}
