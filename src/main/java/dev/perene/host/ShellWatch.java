package dev.perene.host;

import dev.perene.api.HypervisorSpec;
import dev.perene.port.HostShell;
import dev.perene.port.ShellObservation;
import dev.perene.port.ShellObservation.PathKind;
import dev.perene.port.Worker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps what only SSH tells in a host's picture: the boot id and whether the paths that VMs need exist. It changes
 * nothing on the host.
 */
final class ShellWatch {
    static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration DEADLINE = Duration.ofSeconds(8);
    private static final int PATHS_AT_ONCE = 100;
    private static final Pattern MISSING = Pattern.compile("'(.*)'.*(No such file or directory|Not a directory)$");
    private static final List<String> BOOT_ID = List.of("cat", "/proc/sys/kernel/random/boot_id");
    private static final List<String> KIND_OF_PATHS = List.of("env", "LC_ALL=C", "stat", "-L", "-c", "%F:%n", "--");

    private final HypervisorSpec spec;
    private final HostShell shell;
    private final Worker worker;
    private final HostPicture picture;
    private final Supplier<Set<String>> watchedPaths;
    private final AtomicBoolean asked = new AtomicBoolean();
    private boolean closed;

    ShellWatch(
            HypervisorSpec spec,
            HostShell shell,
            Worker worker,
            HostPicture picture,
            Supplier<Set<String>> watchedPaths) {
        this.spec = spec;
        this.shell = shell;
        this.worker = worker;
        this.picture = picture;
        this.watchedPaths = watchedPaths;
    }

    void start() {
        worker.run(this::lookAndRepeat);
    }

    /** Looks once more soon, for instance because another path is to be watched; once for all who ask meanwhile. */
    void lookSoon() {
        if (!asked.getAndSet(true)) {
            worker.run(() -> {
                asked.set(false);
                look();
            });
        }
    }

    void close() {
        worker.run(() -> {
            closed = true;
            shell.forget(spec.ssh());
            worker.close();
        });
    }

    private void lookAndRepeat() {
        look();
        if (!closed) {
            worker.after(EVERY, this::lookAndRepeat);
        }
    }

    private void look() {
        if (closed) {
            return;
        }
        try {
            String bootId = shell.run(spec.ssh(), BOOT_ID, DEADLINE).output().strip();
            Map<String, PathKind> paths = paths(watchedPaths.get());
            picture.shell(before ->
                    new ShellObservation(Optional.of(bootId).filter(id -> !id.isEmpty()), paths, Optional.empty()));
        } catch (IOException failure) {
            picture.shell(before ->
                    new ShellObservation(before.bootId(), Map.of(), Optional.of(String.valueOf(failure.getMessage()))));
        }
    }

    /** Asks in portions: what SSH can carry in one command is bounded. */
    private Map<String, PathKind> paths(Set<String> watched) throws IOException {
        List<String> sorted = watched.stream().sorted().toList();
        Map<String, PathKind> kinds = new HashMap<>();
        for (int from = 0; from < sorted.size(); from += PATHS_AT_ONCE) {
            List<String> portion = sorted.subList(from, Math.min(sorted.size(), from + PATHS_AT_ONCE));
            List<String> command = new ArrayList<>(KIND_OF_PATHS);
            command.addAll(portion);
            kinds.putAll(parse(Set.copyOf(portion), shell.run(spec.ssh(), command, DEADLINE)));
        }
        return kinds;
    }

    /** Reads what {@code stat} printed. A path of which it says neither kind nor absence is left out. */
    static Map<String, PathKind> parse(Set<String> watched, HostShell.Result result) {
        Map<String, PathKind> kinds = new HashMap<>();
        for (String line : result.output().lines().toList()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                kinds.put(line.substring(colon + 1), kind(line.substring(0, colon)));
            }
        }
        result.errors()
                .lines()
                .map(MISSING::matcher)
                .filter(Matcher::find)
                .forEach(complaint -> kinds.put(complaint.group(1), PathKind.Missing));
        kinds.keySet().retainAll(watched);
        return kinds;
    }

    private static PathKind kind(String stat) {
        return switch (stat) {
            case "regular file", "regular empty file" -> PathKind.File;
            case "block special file" -> PathKind.BlockDevice;
            default -> PathKind.Other;
        };
    }
}
