package dev.perene.sim;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perene.api.Condition;
import dev.perene.api.Condition.ConditionStatus;
import dev.perene.api.Conditions;
import dev.perene.api.HAPolicy;
import dev.perene.api.HAPolicySpec;
import dev.perene.api.HAPolicySpec.Restart;
import dev.perene.api.Hypervisor;
import dev.perene.api.HypervisorSpec;
import dev.perene.api.HypervisorSpec.Address;
import dev.perene.api.HypervisorSpec.AddressType;
import dev.perene.api.HypervisorSpec.Allowed;
import dev.perene.api.HypervisorSpec.SecretReference;
import dev.perene.api.HypervisorSpec.Ssh;
import dev.perene.api.PereneApi;
import dev.perene.api.VirtualMachine;
import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.RunStrategy;
import dev.perene.api.VirtualMachineStatus;
import dev.perene.port.DomainObservation;
import dev.perene.port.DomainShape;
import dev.perene.port.DomainState;
import dev.perene.port.HostFacts;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.ShellObservation.PathKind;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** A whole cluster for a story: machines, an API server, operators with the real reconcilers, and time to pass. */
final class Cluster implements AutoCloseable {
    private static final KubernetesSerialization JSON = new KubernetesSerialization();

    static final String HOST_KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPereneSimulatedHostKeyPereneSimulatedHostKeyAAA";
    private static final String TILL = "till";
    private static final long GIBIBYTE = 1L << 30;

    private final VirtualClock clock = new VirtualClock();
    private final Transcript transcript = new Transcript(clock);
    private final Invariants invariants = new Invariants();
    private final WorldListener listeners = new WorldListeners(List.of(transcript, invariants));
    private final SimulatedStore store = new SimulatedStore(clock, listeners);
    private final SimulatedNetwork network = new SimulatedNetwork();
    private final Map<String, SimulatedHost> hosts = new LinkedHashMap<>();
    private final List<Replica> replicas = new ArrayList<>();

    /** A machine that nobody has declared. */
    SimulatedHost machine(String name, int gibibytes) {
        HostFacts facts = new HostFacts("machine-of-" + name, 8, gibibytes * GIBIBYTE, "12.8.0", "11.1.3", true);
        SimulatedHost host = new SimulatedHost(name, name + ".example", facts, clock, listeners);
        host.path("/dev/shared/" + TILL, PathKind.BlockDevice);
        network.add(host);
        hosts.put(name, host);
        return host;
    }

    /** A machine, and the Hypervisor that declares it. */
    SimulatedHost host(String name, int gibibytes) {
        SimulatedHost host = machine(name, gibibytes);
        declareHost(name);
        return host;
    }

    Cluster declareHost(String name) {
        return declareHost(name, name);
    }

    /** A Hypervisor whose machine may have another name. */
    Cluster declareHost(String name, String machine) {
        Hypervisor hypervisor = new Hypervisor();
        hypervisor.setMetadata(new ObjectMetaBuilder().withName(name).build());
        String address = machine + ".example";
        hypervisor.setSpec(new HypervisorSpec(
                "qemu+ssh://root@" + address + "/system",
                new Ssh(address, 22, "root", new SecretReference("perene", "ssh"), HOST_KEY),
                List.of(new Address(AddressType.Management, address)),
                null,
                null,
                new Allowed(
                        List.of("/srv/"),
                        List.of("/dev/shared/"),
                        List.of("br0", "br1"),
                        List.of("legacy-*"),
                        List.of("cpu"))));
        store.create(hypervisor);
        return this;
    }

    Cluster declare(Vm vm) {
        hosts.values().forEach(host -> vm.spec().disks().stream()
                .filter(disk -> disk.shared() != null)
                .flatMap(disk -> disk.location().stream())
                .filter(path -> host.path(path).isEmpty())
                .forEach(path -> host.path(path, PathKind.BlockDevice)));
        store.create(vm.object());
        return this;
    }

    /** An HAPolicy, marked as default or not. */
    Cluster policy(String name, boolean isDefault, Restart restart) {
        HAPolicy policy = new HAPolicy();
        policy.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .addToAnnotations(PereneApi.DEFAULT_POLICY, Boolean.toString(isDefault))
                .build());
        policy.setSpec(new HAPolicySpec(restart));
        store.create(policy);
        return this;
    }

    Cluster editPolicy(String name, Restart restart) {
        transcript.order("HAPolicy " + name + " is edited");
        store.edit("HAPolicy " + name, HAPolicy.class, policy -> policy.setSpec(new HAPolicySpec(restart)));
        return this;
    }

    /** {@code kubectl annotate … perene.dev/restartedAt=…}. */
    Cluster restart(String vm) {
        transcript.order("a restart of " + vm + " is asked for");
        store.edit("VirtualMachine shop/" + vm, VirtualMachine.class, machine -> machine.getMetadata()
                .setAnnotations(Map.of(PereneApi.RESTARTED_AT, clock.wallClock().toString())));
        return this;
    }

    Cluster edit(Vm vm) {
        transcript.order("the spec of " + vm.name() + " is edited");
        store.edit("VirtualMachine shop/" + vm.name(), VirtualMachine.class, machine -> machine.setSpec(vm.spec()));
        return this;
    }

    Cluster strategy(String vm, RunStrategy strategy) {
        transcript.order(vm + " should be " + strategy);
        return change(vm, spec -> spec.put("runStrategy", strategy.name()));
    }

    /** Edits what hosts' admins let VMs adopt. */
    Cluster letsAdopt(String host, String... names) {
        transcript.order(host + " lets VMs adopt " + List.of(names));
        store.edit("Hypervisor " + host, Hypervisor.class, hypervisor -> {
            ObjectNode spec = JSON.convertValue(hypervisor.getSpec(), ObjectNode.class);
            ArrayNode list = ((ObjectNode) spec.get("allowed")).putArray("adopt");
            List.of(names).forEach(list::add);
            hypervisor.setSpec(JSON.convertValue(spec, HypervisorSpec.class));
        });
        return this;
    }

    /** Sets an annotation of a VM. */
    Cluster annotate(String vm, String key, String value) {
        transcript.order(vm + " is annotated: " + key + "=" + value);
        store.edit("VirtualMachine shop/" + vm, VirtualMachine.class, machine -> machine.getMetadata()
                .setAnnotations(Map.of(key, value)));
        return this;
    }

    /** Edits some fields of a VM's spec. */
    Cluster spec(String vm, String what, Consumer<ObjectNode> edit) {
        transcript.order(vm + " is edited: " + what);
        return change(vm, edit);
    }

    private Cluster change(String vm, Consumer<ObjectNode> edit) {
        store.edit("VirtualMachine shop/" + vm, VirtualMachine.class, machine -> {
            ObjectNode spec = JSON.convertValue(machine.getSpec(), ObjectNode.class);
            edit.accept(spec);
            machine.setSpec(JSON.convertValue(spec, VirtualMachineSpec.class));
        });
        return this;
    }

    Cluster delete(String name) {
        transcript.order(name + " is deleted");
        store.delete(name);
        return this;
    }

    Cluster deleteVm(String name) {
        return delete("VirtualMachine shop/" + name);
    }

    /** Starts an operator. */
    Replica operator(String name) {
        transcript.order(name + " starts");
        SimulatedProcess process = new SimulatedProcess(name, clock, Duration.ofSeconds(1000L * (replicas.size() + 1)));
        Replica replica = new Replica(process, network, store, invariants.watching(transcript.journal(name, process)));
        replicas.add(replica);
        return replica;
    }

    Cluster kill(Replica operator) {
        transcript.order(operator.process().name() + " is killed");
        operator.process().kill();
        return this;
    }

    Cluster runFor(Duration duration) {
        clock.runFor(duration);
        return this;
    }

    Cluster says(String what) {
        transcript.order(what);
        return this;
    }

    /** Something that a person does on a host by hand, which libvirt allows. */
    interface Deed {
        void done() throws LibvirtFailure;
    }

    Cluster byHand(String what, Deed deed) {
        transcript.order("by hand: " + what);
        invariants.byHand(() -> {
            try {
                deed.done();
            } catch (LibvirtFailure refused) {
                throw new IllegalStateException("libvirt refuses: " + refused.getMessage(), refused);
            }
        });
        return this;
    }

    SimulatedHost host(String name) {
        return hosts.get(name);
    }

    Guests guestsOf(String vm) {
        return host(whereItRuns(vm).orElseThrow()).guests();
    }

    UUID uid(String vm) {
        return UUID.fromString(machine(vm).orElseThrow().getMetadata().getUid());
    }

    /** The UUID of its domain: its UID, but for one that was adopted. */
    UUID domain(String vm) {
        return machine(vm)
                .map(VirtualMachine::getStatus)
                .map(VirtualMachineStatus::domainUUID)
                .map(UUID::fromString)
                .orElseGet(() -> uid(vm));
    }

    /** What its guest has. */
    DomainShape hardware(String vm) {
        return host(whereItRuns(vm).orElseThrow()).libvirt().domains().stream()
                .filter(domain -> domain.uuid().equals(domain(vm)))
                .map(DomainObservation::shape)
                .findFirst()
                .orElseThrow();
    }

    /** The message of one of its conditions, empty when it is not True. */
    String condition(String vm, String type) {
        return Conditions.of(status(vm).conditions(), type)
                .filter(condition -> condition.status() == ConditionStatus.True)
                .map(Condition::message)
                .orElse("");
    }

    Optional<VirtualMachine> machine(String vm) {
        return store.find("VirtualMachine shop/" + vm, VirtualMachine.class);
    }

    Optional<HAPolicy> policy(String name) {
        return store.find("HAPolicy " + name, HAPolicy.class);
    }

    Optional<Hypervisor> hypervisor(String name) {
        return store.find("Hypervisor " + name, Hypervisor.class);
    }

    VirtualMachineStatus status(String vm) {
        return machine(vm).map(VirtualMachine::getStatus).orElseThrow();
    }

    String printable(String vm) {
        return String.valueOf(status(vm).printableStatus());
    }

    /** The host on which a copy is really active; the story fails when there are two. */
    Optional<String> whereItRuns(String vm) {
        UUID uid = domain(vm);
        List<String> running = hosts.values().stream()
                .filter(host -> host.libvirt().domains().stream()
                        .anyMatch(domain ->
                                domain.uuid().equals(uid) && domain.state().active()))
                .map(SimulatedHost::name)
                .toList();
        if (running.size() > 1) {
            throw new AssertionError("two copies of " + vm + " run: " + running);
        }
        return running.stream().findFirst();
    }

    Optional<DomainState> stateOn(String host, String vm) {
        UUID uid = domain(vm);
        return hosts.get(host).libvirt().domains().stream()
                .filter(domain -> domain.uuid().equals(uid))
                .map(domain -> domain.state())
                .findFirst();
    }

    SimulatedStore store() {
        return store;
    }

    SimulatedNetwork network() {
        return network;
    }

    Invariants invariants() {
        return invariants;
    }

    Transcript transcript() {
        return transcript;
    }

    VirtualClock clock() {
        return clock;
    }

    Map<String, SimulatedHost> hosts() {
        return hosts;
    }

    @Override
    public void close() {
        clock.close();
    }
}
