package dev.perene.placement;

import dev.perene.api.HypervisorSpec;
import dev.perene.api.HypervisorSpec.Allowed;
import dev.perene.api.HypervisorSpec.Reserved;
import dev.perene.api.HypervisorSpec.SchedulingPolicy;
import dev.perene.placement.Candidate.Found;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds candidates for tests: a host of 4 CPUs and 1 GiB that allows /srv/, /dev/perene/ and br0. */
final class SomeHost {
    private static final long MEBIBYTE = 1L << 20;

    private final String name;
    private final Map<String, Found> paths = new HashMap<>();
    private Map<String, String> labels = Map.of();
    private Allowed allowed =
            new Allowed(List.of("/srv/"), List.of("/dev/perene/"), List.of("br0"), List.of(), List.of());
    private SchedulingPolicy policy = SchedulingPolicy.Enabled;
    private Reserved reserved = new Reserved(null, null);
    private Optional<String> unavailable = Optional.empty();
    private int cpus = 4;
    private long memory = 1024;
    private long committed;

    private SomeHost(String name) {
        this.name = name;
    }

    static SomeHost named(String name) {
        return new SomeHost(name);
    }

    SomeHost labels(Map<String, String> all) {
        labels = all;
        return this;
    }

    SomeHost allows(List<String> allowedPaths, List<String> devices, List<String> bridges) {
        allowed = new Allowed(allowedPaths, devices, bridges, List.of(), List.of());
        return this;
    }

    SomeHost disabled() {
        policy = SchedulingPolicy.Disabled;
        return this;
    }

    SomeHost reserves(String size) {
        reserved = new Reserved(null, new Quantity(size));
        return this;
    }

    SomeHost unavailable(String why) {
        unavailable = Optional.of(why);
        return this;
    }

    SomeHost cpus(int number) {
        cpus = number;
        return this;
    }

    SomeHost mebibytes(long total, long given) {
        memory = total;
        committed = given;
        return this;
    }

    SomeHost has(String path, Found found) {
        paths.put(path, found);
        return this;
    }

    Candidate candidate() {
        return new Candidate(
                name,
                labels,
                new HypervisorSpec("qemu+tcp://" + name + "/system", null, List.of(), policy, reserved, allowed),
                unavailable,
                cpus,
                memory * MEBIBYTE,
                committed * MEBIBYTE,
                paths);
    }
}
