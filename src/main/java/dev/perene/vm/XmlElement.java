package dev.perene.vm;

import java.io.StringWriter;
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
