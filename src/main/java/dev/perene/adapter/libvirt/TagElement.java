package dev.perene.adapter.libvirt;

import dev.perene.port.DomainTag;
import java.util.Optional;
import java.util.UUID;
import org.w3c.dom.Element;

/** Reads Perene's tag from a domain's metadata. */
final class TagElement {
    private TagElement() {}

    /** The tag; empty when somebody wrote something else there. */
    static Optional<DomainTag> parse(String xml) {
        try {
            Element element = HostCapabilities.document(xml).getDocumentElement();
            return Optional.of(new DomainTag(
                    UUID.fromString(element.getAttribute("uid")),
                    element.getAttribute("namespace"),
                    element.getAttribute("name")));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }
}
