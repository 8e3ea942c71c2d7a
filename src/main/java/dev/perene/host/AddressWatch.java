package dev.perene.host;

import dev.perene.api.HypervisorSpec;
import dev.perene.api.HypervisorSpec.AddressType;
import dev.perene.port.AddressProbe;
import dev.perene.port.ManagementProbe;
import dev.perene.port.TimeSource;
import dev.perene.port.Worker;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Tries every second whether a host's management address takes TCP connections on the SSH port. */
final class AddressWatch {
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private final HypervisorSpec spec;
    private final AddressProbe probe;
    private final Worker worker;
    private final TimeSource time;
    private final HostPicture picture;
    private boolean closed;

    AddressWatch(HypervisorSpec spec, AddressProbe probe, Worker worker, TimeSource time, HostPicture picture) {
        this.spec = spec;
        this.probe = probe;
        this.worker = worker;
        this.time = time;
        this.picture = picture;
    }

    void start() {
        worker.run(this::probe);
    }

    void close() {
        worker.run(() -> {
            closed = true;
            worker.close();
        });
    }

    private void probe() {
        if (closed) {
            return;
        }
        String address = spec.addresses().stream()
                .filter(each -> each.type() == AddressType.Management)
                .map(HypervisorSpec.Address::address)
                .findFirst()
                .orElse(spec.ssh().address());
        try {
            probe.connect(address, spec.ssh().port(), DEADLINE);
            Duration now = time.monotonic();
            picture.probed(before -> new ManagementProbe(Optional.of(now), 0, ""));
        } catch (IOException failure) {
            picture.probed(before -> new ManagementProbe(
                    before.lastSuccess(), before.misses() + 1, String.valueOf(failure.getMessage())));
        }
        worker.after(EVERY, this::probe);
    }
}
