package dev.perene.adapter.libvirt;

import java.io.IOException;
import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * What is needed of libvirt's capabilities XML.
 *
 * @param machineId the host's UUID
 * @param accelerated whether KVM is there
 */
record HostCapabilities(String machineId, boolean accelerated) {

    static HostCapabilities parse(String xml) {
        try {
            Document document = document(xml);
            XPath path = XPathFactory.newInstance().newXPath();
            return new HostCapabilities(
                    path.evaluate("/capabilities/host/uuid", document).strip(),
                    !path.evaluate("/capabilities/guest/arch/domain[@type='kvm']/@type", document)
                            .isEmpty());
        } catch (XPathExpressionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Parses XML that a host sent; a document type, and with it any outside entity, is refused. */
    static Document document(String xml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newNSInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
        } catch (ParserConfigurationException | SAXException | IOException unreadable) {
            throw new IllegalArgumentException("not the XML that libvirt documents", unreadable);
        }
    }
}
