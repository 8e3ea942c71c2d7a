package dev.perene.port;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One connection to a host's libvirt. Confined to one thread: with two calls in flight an expiring keepalive can crash
 * the native client (CVE-2024-4418). Calls return within the keepalive's time (2 s) when the host is dead, and may take
 * longer when it is alive and slow.
 */
public interface LibvirtConnection extends AutoCloseable {

    /** What the host is and has. */
    HostFacts facts() throws LibvirtFailure;

    /** All domains, active or not, Perene's or not. */
    List<DomainObservation> domains() throws LibvirtFailure;

    /** One domain; empty when libvirt answers that it does not exist. */
    Optional<DomainObservation> domain(UUID uuid) throws LibvirtFailure;

    /** Defines a domain, or replaces the definition of the one with the same UUID; a running guest is not touched. */
    void define(String xml) throws LibvirtFailure;

    /** Boots a defined domain afresh, ignoring any saved memory. {@code WrongState} when it is active. */
    void start(UUID uuid) throws LibvirtFailure;

    /** Asks the guest to shut down (ACPI) and returns at once. {@code WrongState} when it is not active. */
    void shutdown(UUID uuid) throws LibvirtFailure;

    /** Ends the domain's QEMU. {@code WrongState} when it is not active. */
    void destroy(UUID uuid) throws LibvirtFailure;

    /** Removes the definition of an inactive domain, with its managed-save image. */
    void undefine(UUID uuid) throws LibvirtFailure;

    /**
     * Changes the hardware of a running guest, not its definition. {@code WrongState} when it is not active, {@code Refused}
     * when libvirt, QEMU or the guest's machine cannot do it.
     */
    void edit(UUID uuid, LiveEdit edit) throws LibvirtFailure;

    /** Writes Perene's tag into a domain's metadata, of the running guest and of the definition; removes it when empty. */
    void tag(UUID uuid, Optional<DomainTag> tag) throws LibvirtFailure;

    /** Makes the folder for Perene's own files on the host, unless it is there. */
    void makeFolder() throws LibvirtFailure;

    /**
     * Writes a file of Perene's own, in place of what was under its name, and makes the folder when it is missing. When
     * this fails, or the operator dies in it, part of the file may be there: whoever relies on a file that he did not
     * just write needs other evidence that it is whole.
     *
     * @param file which one
     * @param content at least one byte and at most 16 MiB
     */
    void putFile(HostFile file, FileContent content) throws LibvirtFailure;

    /** Reads a file of Perene's own, of at most 16 MiB; empty when there is none. */
    Optional<FileContent> file(HostFile file) throws LibvirtFailure;

    /** Removes all files of a domain. A QEMU that has one open keeps what it has; nothing happens when there is none. */
    void removeFiles(UUID owner) throws LibvirtFailure;

    /** Frees the connection. Never throws. */
    @Override
    void close();
}
