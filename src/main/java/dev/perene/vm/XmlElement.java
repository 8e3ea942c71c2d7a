package dev.perene.vm;

import java.io.StringWriter;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Builds XML one element at a time; the JDK escapes what is in it. */
final class XmlElement {
    private final Element element;

    private XmlElement(Element element) {
        this.element = element;
    }

    static XmlElement root(String name) {
        try {
            Document document =
                    DocumentBuilderFactory.newNSInstance().newDocumentBuilder().newDocument();
            Element root = document.createElement(name);
            document.appendChild(root);
            return new XmlElement(root);
        } catch (ParserConfigurationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    XmlElement child(String name) {
        return appended(element.getOwnerDocument().createElement(name));
    }

    XmlElement child(String namespace, String qualifiedName) {
        return appended(element.getOwnerDocument().createElementNS(namespace, qualifiedName));
    }

    XmlElement attribute(String name, String value) {
        element.setAttribute(name, value);
        return this;
    }

    XmlElement text(String text) {
        element.setTextContent(text);
        return this;
    }

    /** Adds an element of another document, with all that is in it. */
    void append(Element other) {
        element.appendChild(element.getOwnerDocument().importNode(other, true));
    }

    /** Adds an element of another document in place of those with its name. */
    void replace(Element other) {
        children(other.getTagName()).forEach(element::removeChild);
        append(other);
    }

    /** Adds the children of an element of another document to the one with its name, in place of those with their names. */
    void merge(Element other) {
        XmlElement mine = children(other.getTagName()).stream()
                .findFirst()
                .map(XmlElement::new)
                .orElseGet(() -> child(other.getTagName()));
        elements(other).forEach(mine::replace);
    }

    private List<Element> children(String name) {
        return elements(element)
                .filter(child -> child.getTagName().equals(name))
                .toList();
    }

    private static Stream<Element> elements(Element parent) {
        NodeList nodes = parent.getChildNodes();
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast);
    }

    String print() {
        try {
            Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
            transformer.setOutputProperty(OutputKeys.INDENT, "yes");
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            StringWriter text = new StringWriter();
            transformer.transform(new DOMSource(element), new StreamResult(text));
            return text.toString();
        } catch (TransformerException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private XmlElement appended(Element child) {
        element.appendChild(child);
        return new XmlElement(child);
    }
}
