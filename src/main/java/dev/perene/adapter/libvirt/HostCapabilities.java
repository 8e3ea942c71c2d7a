package dev.perene.adapter.libvirt;

import dev.perene.api.XmlDocument;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;

/**
 * What is needed of libvirt's capabilities XML.
 *
 * @param machineId the host's UUID
 * @param accelerated whether KVM is there
 */
record HostCapabilities(String machineId, boolean accelerated) {

    static HostCapabilities parse(String xml) {
        try {
            Document document = XmlDocument.root(xml).getOwnerDocument();
            XPath path = XPathFactory.newInstance().newXPath();
            return new HostCapabilities(
                    path.evaluate("/capabilities/host/uuid", document).strip(),
                    !path.evaluate("/capabilities/guest/arch/domain[@type='kvm']/@type", document)
                            .isEmpty());
        } catch (XPathExpressionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
