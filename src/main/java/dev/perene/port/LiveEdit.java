package dev.perene.port;

/** A change of a running guest's hardware that needs no restart. */
public sealed interface LiveEdit {

    /**
     * More virtual CPUs.
     *
     * @param count how many it has then, at most as many as it can be given
     */
    record Vcpus(int count) implements LiveEdit {}

    /**
     * Other memory; the guest's balloon driver follows as it can.
     *
     * @param bytes how much it is asked to use, at most as much as it can be given
     */
    record Memory(long bytes) implements LiveEdit {}

    /**
     * One device more.
     *
     * @param device libvirt's XML of the device
     */
    record Attach(String device) implements LiveEdit {}

    /**
     * Another medium in a CD drive, or another bridge for an interface.
     *
     * @param device libvirt's XML of the device as it should be
     */
    record Update(String device) implements LiveEdit {}
}
