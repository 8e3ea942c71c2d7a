package dev.perene.sim;

import dev.perene.api.HypervisorSpec;
import dev.perene.api.HypervisorSpec.Address;
import dev.perene.api.HypervisorSpec.AddressType;
import dev.perene.api.HypervisorSpec.SecretReference;
import dev.perene.api.HypervisorSpec.Ssh;
import dev.perene.port.ContractStage;
import dev.perene.port.HostFacts;
import dev.perene.port.LibvirtConnector;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.ShellObservation.PathKind;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** A simulated host for the contract's cases. */
public final class SimulatedStage implements ContractStage, AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(3);

    private final VirtualClock clock = new VirtualClock();
    private final SimulatedNetwork network = new SimulatedNetwork();
    private final SimulatedHost host = new SimulatedHost(
            "host1",
            "host1.example",
            new HostFacts("machine-1", 1, 768L << 20, "12.8.0", "11.1.3", false),
            clock,
            new WorldListener() {});

    /** A host that runs. */
    public SimulatedStage() {
        network.add(host);
    }

    @Override
    public LibvirtConnector connector() {
        return network.from(clock);
    }

    @Override
    public HypervisorSpec host() {
        return new HypervisorSpec(
                "qemu+tcp://host1.example/system",
                new Ssh("host1.example", 22, "root", new SecretReference("perene", "ssh"), "ssh-ed25519 AAAA"),
                List.of(new Address(AddressType.Management, "host1.example")),
                null,
                null,
                null);
    }

    @Override
    public String domainType() {
        return "qemu";
    }

    @Override
    public String disk(Guest guest, UUID domain) {
        host.guests().behave(domain, behaviour(guest));
        host.path("/dev/perene/" + guest, PathKind.BlockDevice);
        return "/dev/perene/" + guest;
    }

    private static GuestBehaviour behaviour(Guest guest) {
        return switch (guest) {
            case Polite -> GuestBehaviour.POLITE;
            case Deaf -> GuestBehaviour.POLITE.deaf();
            case Panicking -> GuestBehaviour.POLITE.ending(GuestBehaviour.End.Panics, SOON);
            case SelfStopping -> GuestBehaviour.POLITE.ending(GuestBehaviour.End.PowersOff, SOON);
        };
    }

    @Override
    public void pass(Duration duration) {
        clock.runFor(duration);
    }

    @Override
    public void killQemu(UUID domain) {
        host.guests().kill(domain);
    }

    @Override
    public void virsh(String verb, UUID domain) {
        try {
            switch (verb) {
                case "suspend" -> host.guests().suspend(domain);
                case "resume" -> host.guests().resume(domain);
                case "managedsave" -> host.libvirt().save(domain);
                case "undefine" -> host.libvirt().undefine(domain);
                case String other -> throw new IllegalArgumentException(other);
            }
        } catch (LibvirtFailure refused) {
            throw new IllegalStateException(refused);
        }
    }

    @Override
    public void removeFolder() {
        host.folder().remove();
    }

    @Override
    public void removePool() {
        // Nothing but libvirt's own note of the folder goes.
    }

    @Override
    public void stopDaemon() {
        host.libvirt().stop();
    }

    @Override
    public void startDaemon() {
        host.libvirt().start();
    }

    @Override
    public void close() {
        clock.close();
    }
}
