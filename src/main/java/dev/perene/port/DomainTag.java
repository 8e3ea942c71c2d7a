package dev.perene.port;

import java.util.UUID;

/**
 * What a domain's metadata says about the VirtualMachine that it belongs to. A domain without one is not Perene's and
 * is never touched.
 *
 * @param uid UID of the VirtualMachine
 * @param namespace its namespace
 * @param name its name
 */
public record DomainTag(UUID uid, String namespace, String name) {
    /** XML namespace of the tag in a domain's metadata. */
    public static final String NAMESPACE = "https://perene.dev/domain/1";

    /** The tag's element in a domain's metadata. */
    public static final String ELEMENT = "virtualmachine";

    /** The element within the tag that notes the hash of a field. */
    public static final String MARK = "mark";
}
