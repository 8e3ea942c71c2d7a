package dev.perene.port;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A domain as its definition describes it.
 *
 * @param uuid libvirt's UUID of the domain
 * @param name libvirt's name of the domain
 * @param tag whose it is; empty for domains that are not Perene's
 * @param shape what it is made of
 */
public record DomainDescription(UUID uuid, String name, Optional<DomainTag> tag, DomainShape shape) {

    /**
     * Reads libvirt's domain XML.
     *
     * @throws IllegalArgumentException when it is no XML, has a document type, or has no UUID
     */
    public static DomainDescription read(String xml) {
        return DomainXml.read(xml);
    }

    /** A domain of which no more is known than that it is there: nobody's, and of no size. */
    public static DomainDescription unreadable(UUID uuid) {
        DomainShape nothing = new DomainShape(0, 0, 0, 0, false, "", false, List.of(), List.of(), Map.of());
        return new DomainDescription(uuid, uuid.toString(), Optional.empty(), nothing);
    }

    /** The same with another shape. */
    public DomainDescription withShape(DomainShape next) {
        return new DomainDescription(uuid, name, tag, next);
    }

    /** The same with another tag. */
    public DomainDescription withTag(Optional<DomainTag> next) {
        return new DomainDescription(uuid, name, next, shape);
    }
}
