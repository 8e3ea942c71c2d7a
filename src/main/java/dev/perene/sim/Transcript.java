package dev.perene.sim;

import dev.perene.api.Condition;
import dev.perene.api.Conditions;
import dev.perene.api.HAPolicy;
import dev.perene.api.Hypervisor;
import dev.perene.api.VirtualMachine;
import dev.perene.port.DomainState;
import dev.perene.port.Journal;
import dev.perene.port.ObjectStore.Announcement;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What happened and what was decided, one line each with the virtual time, for people to read. */
public final class Transcript implements WorldListener {
    private final Timeline world;
    private final List<String> lines = new ArrayList<>();
    private final Map<String, String> names = new LinkedHashMap<>();

    /** An empty transcript. */
    public Transcript(Timeline world) {
        this.world = world;
    }

    /** The journal of one process. */
    public Journal journal(String who, Timeline process) {
        return entry -> {
            process.crossing("journal");
            line(
                    who,
                    entry.object() + ": " + entry.action() + " " + entry.outcome()
                            + entry.host().map(host -> " on " + host).orElse("")
                            + entry.took()
                                    .filter(took -> took.toMillis() > 0)
                                    .map(took -> " in " + took.toMillis() + " ms")
                                    .orElse("")
                            + (entry.reason().isEmpty() ? "" : ": " + entry.reason()));
        };
    }

    /** Has a name written wherever a UUID would be. */
    public void call(String uuid, String name) {
        names.put(uuid, name);
    }

    /** What somebody does to the world. */
    public void order(String what) {
        lines.add("");
        line("*", what);
    }

    /** Something that would fill pages. */
    public void muted(Runnable deed) {
        int before = lines.size();
        deed.run();
        int after = lines.size();
        lines.subList(before, after).clear();
        lines.add("               … " + (after - before) + " lines");
    }

    /** All lines. */
    public String text() {
        return String.join("\n", lines).strip() + "\n";
    }

    @Override
    public void hostChanged(String host, String what) {
        line(host, what);
    }

    @Override
    public void domainEvent(String host, UUID domain, LifecycleEvent event, String detail) {
        line(host, domain + " event " + event + ", " + detail);
    }

    @Override
    public void domainState(String host, UUID domain, Optional<DomainState> state, String reason) {
        line(host, domain + (state.isPresent() ? " is " + state.get() + ", " + reason : " is not defined any more"));
    }

    @Override
    public void stored(String who, String what, HasMetadata object) {
        if (what.equals("created") && object instanceof VirtualMachine) {
            call(
                    object.getMetadata().getUid(),
                    object.getMetadata().getNamespace() + "/"
                            + object.getMetadata().getName());
        }
        line(
                "api",
                SimulatedStore.name(object) + " " + what + " by " + who
                        + (what.equals("status") ? status(object) : ""));
    }

    @Override
    public void announced(String who, HasMetadata object, Announcement announcement) {
        line(
                "api",
                SimulatedStore.name(object) + (announcement.warning() ? " warning " : " event ") + announcement.reason()
                        + ": " + announcement.message());
    }

    private static String status(HasMetadata object) {
        return switch (object) {
            case VirtualMachine machine
            when machine.getStatus() != null ->
                ": " + machine.getStatus().printableStatus()
                        + Optional.ofNullable(machine.getStatus().hostName())
                                .map(host -> " on " + host)
                                .orElse("")
                        + ", restarts " + machine.getStatus().restarts()
                        + Optional.ofNullable(machine.getStatus().consecutiveRestarts())
                                .filter(inARow -> inARow > 0)
                                .map(inARow -> ", " + inARow + " in a row")
                                .orElse("")
                        + ready(machine.getStatus().conditions());
            case Hypervisor host
            when host.getStatus() != null ->
                ": " + host.getStatus().virtualMachines() + " domains"
                        + ready(host.getStatus().conditions());
            case HAPolicy policy
            when policy.getStatus() != null ->
                ": " + policy.getStatus().virtualMachines() + " VMs"
                        + ready(policy.getStatus().conditions())
                        + Conditions.of(policy.getStatus().conditions(), "Default")
                                .map(isDefault -> ", Default=" + isDefault.status() + " " + isDefault.reason())
                                .orElse("");
            case HasMetadata other -> "";
        };
    }

    private static String ready(List<Condition> conditions) {
        return Conditions.of(conditions, Conditions.READY)
                .map(ready -> ", Ready=" + ready.status() + " " + ready.reason())
                .orElse("");
    }

    private void line(String who, String what) {
        String text = what;
        for (Map.Entry<String, String> name : names.entrySet()) {
            text = text.replace("perene-" + name.getKey(), name.getValue()).replace(name.getKey(), name.getValue());
        }
        Duration now = world.monotonic();
        lines.add(String.format(
                        Locale.ROOT,
                        "%5d.%03d  %-10s %s",
                        now.toSeconds(),
                        now.toMillisPart(),
                        who,
                        text.replace("\n", " "))
                .stripTrailing());
    }
}
