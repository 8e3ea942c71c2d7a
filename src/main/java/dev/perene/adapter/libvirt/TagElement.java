package dev.perene.adapter.libvirt;

import dev.perene.port.DomainTag;
import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes Perene's tag as libvirt takes it for a domain's metadata: without a namespace, which libvirt adds. */
final class TagElement {
    private TagElement() {}

    static String print(DomainTag tag) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            writer.writeEmptyElement(DomainTag.ELEMENT);
            writer.writeAttribute("uid", tag.uid().toString());
            writer.writeAttribute("namespace", tag.namespace());
            writer.writeAttribute("name", tag.name());
            writer.writeEndDocument();
        } catch (XMLStreamException impossible) {
            throw new IllegalStateException(impossible);
        }
        return text.toString();
    }
}
