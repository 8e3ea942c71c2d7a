package dev.perene.vm;

import dev.perene.api.Hypervisor;
import dev.perene.api.VirtualMachine;
import dev.perene.api.VirtualMachineSpec.RunStrategy;
import dev.perene.placement.Candidate;
import dev.perene.placement.Candidate.Found;
import dev.perene.port.DomainObservation;
import dev.perene.port.HostFacts;
import dev.perene.port.HostObservation;
import dev.perene.port.ShellObservation.PathKind;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Makes what placement sees of the pictures of hosts. Pure. */
final class Candidates {
    private Candidates() {}

    static List<Candidate> of(
            UUID self,
            Set<String> paths,
            Collection<Hypervisor> declared,
            Collection<HostObservation> hosts,
            Collection<VirtualMachine> machines,
            Duration now) {
        Map<String, HostObservation> pictures =
                hosts.stream().collect(Collectors.toMap(HostObservation::name, host -> host));
        Map<String, List<VirtualMachine>> recorded = machines.stream()
                .filter(machine -> machine.getStatus() != null
                        && machine.getStatus().hostName() != null
                        && machine.getSpec().runStrategy() != RunStrategy.Halted)
                .collect(Collectors.groupingBy(machine -> machine.getStatus().hostName()));
        return declared.stream()
                .map(hypervisor -> candidate(self, paths, hypervisor, pictures, recorded, now))
                .toList();
    }

    private static Candidate candidate(
            UUID self,
            Set<String> paths,
            Hypervisor hypervisor,
            Map<String, HostObservation> pictures,
            Map<String, List<VirtualMachine>> recorded,
            Duration now) {
        String name = hypervisor.getMetadata().getName();
        Optional<HostObservation> picture = Optional.ofNullable(pictures.get(name));
        Optional<HostFacts> facts = picture.flatMap(HostObservation::facts);
        Map<String, String> labels = hypervisor.getMetadata().getLabels();
        return new Candidate(
                name,
                labels == null ? Map.of() : labels,
                hypervisor.getSpec(),
                unavailable(hypervisor, picture, now),
                facts.map(HostFacts::cpus).orElse(0),
                facts.map(HostFacts::memoryBytes).orElse(0L),
                picture.map(host -> committed(self, host, recorded.getOrDefault(name, List.of())))
                        .orElse(0L),
                picture.map(host -> found(host, paths)).orElse(Map.of()));
    }

    private static Optional<String> unavailable(
            Hypervisor hypervisor, Optional<HostObservation> picture, Duration now) {
        if (hypervisor.isMarkedForDeletion()) {
            return Optional.of("it is being deleted");
        }
        if (picture.isEmpty()) {
            return Optional.of("it is not monitored, see the conditions of the Hypervisor");
        }
        return picture.get().answering(now)
                ? Optional.empty()
                : Optional.of(picture.get().silence(now));
    }

    /** Memory of active domains there, and of VMs that are about to start there. */
    private static long committed(UUID self, HostObservation host, List<VirtualMachine> recorded) {
        List<DomainObservation> active = host.domains().values().stream()
                .filter(domain -> domain.state().active()
                        && domain.tag().filter(tag -> tag.uid().equals(self)).isEmpty())
                .toList();
        Set<UUID> counted = active.stream().map(DomainObservation::uuid).collect(Collectors.toSet());
        long running = active.stream().mapToLong(DomainObservation::memoryBytes).sum();
        long promised = recorded.stream()
                .filter(machine -> {
                    UUID uid = UUID.fromString(machine.getMetadata().getUid());
                    return !uid.equals(self) && !counted.contains(DomainIdentity.uuid(uid, machine.getStatus()));
                })
                .mapToLong(machine -> machine.getSpec().memory().mostBytes())
                .sum();
        return running + promised;
    }

    /** What is known of the VM's own paths there. */
    private static Map<String, Found> found(HostObservation host, Set<String> paths) {
        Map<String, Found> found = new HashMap<>();
        for (String path : paths) {
            PathKind kind = host.shell().paths().get(path);
            if (kind != null) {
                found.put(path, found(kind));
            }
        }
        return found;
    }

    private static Found found(PathKind kind) {
        return switch (kind) {
            case Missing -> Found.Nothing;
            case File -> Found.File;
            case BlockDevice -> Found.BlockDevice;
            case Other -> Found.Other;
        };
    }
}
