package dev.perene.port;

import dev.perene.api.HypervisorSpec;
import java.time.Duration;
import java.util.UUID;

/** A host on which the contract's cases are played, and what a person at its keyboard can do there. */
public interface ContractStage {

    /** What is on a disk. */
    enum Guest {
        /** Shuts down when asked to. */
        Polite,
        /** Does not hear the power button. */
        Deaf,
        /** Panics some seconds after its start. */
        Panicking,
        /** Powers itself off some seconds after its start. */
        SelfStopping
    }

    /** The port. */
    LibvirtConnector connector();

    /** How the host is reached. */
    HypervisorSpec host();

    /** The domain type that the host can run: {@code kvm} or {@code qemu}. */
    String domainType();

    /** A disk with such a guest; the domain that will use it has this UUID. */
    String disk(Guest guest, UUID domain);

    /** Lets time pass. */
    void pass(Duration duration);

    /** Kills the domain's QEMU. */
    void killQemu(UUID domain);

    /** {@code virsh VERB}: suspend, resume, managedsave, reset. */
    void virsh(String verb, UUID domain);

    /** {@code rm -r} of the folder for Perene's own files, behind libvirt's back. */
    void removeFolder();

    /** Takes the storage pool for that folder away from libvirt; the folder stays. */
    void removePool();

    /** Stops libvirtd; QEMU processes go on. */
    void stopDaemon();

    /** Starts libvirtd and returns when it takes connections. */
    void startDaemon();
}
