package dev.perene.port;

import java.util.UUID;

/**
 * A domain definition for the contract's cases.
 *
 * @param uuid of the domain
 * @param xml libvirt's
 */
public record ContractDefinition(UUID uuid, String xml) {

    static ContractDefinition of(String name, UUID uuid, String type, String disk) {
        return new ContractDefinition(
                uuid,
                """
                <domain type="%s">
                  <name>contract-%s</name>
                  <uuid>%s</uuid>
                  <metadata>
                    <perene:virtualmachine xmlns:perene="%s" uid="%s" namespace="shop" name="%s"/>
                  </metadata>
                  <memory unit="b">33554432</memory>
                  <vcpu>1</vcpu>
                  <os><type arch="x86_64" machine="q35">hvm</type></os>
                  <features><acpi/></features>
                  <on_poweroff>destroy</on_poweroff>
                  <on_reboot>restart</on_reboot>
                  <on_crash>destroy</on_crash>
                  <devices>
                    <disk type="block" device="disk">
                      <driver name="qemu" type="raw" cache="none"/>
                      <source dev="%s"/>
                      <target dev="vda" bus="virtio"/>
                    </disk>
                    <panic model="isa"/>
                    <memballoon model="none"/>
                  </devices>
                </domain>
                """
                        .formatted(type, name, uuid, DomainTag.NAMESPACE, uuid, name, disk));
    }

    /** The same with a piece of its text replaced; the piece must be there. */
    ContractDefinition with(String piece, String other) {
        if (!xml.contains(piece)) {
            throw new IllegalArgumentException(piece);
        }
        return new ContractDefinition(uuid, xml.replace(piece, other));
    }

    ContractDefinition untagged() {
        return new ContractDefinition(uuid, xml.replaceAll("(?s)<metadata>.*</metadata>", ""));
    }

    ContractDefinition attachedTo(String bridge) {
        return with(
                "<panic",
                "<interface type=\"bridge\"><source bridge=\"" + bridge
                        + "\"/><model type=\"virtio\"/></interface><panic");
    }
}
