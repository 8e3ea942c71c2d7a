package dev.perene.port;

import dev.perene.port.ContractStage.Guest;
import dev.perene.port.LibvirtContract.Case;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Cases of connections, events and the daemon. */
final class ConnectionCases {
    private ConnectionCases() {}

    static List<Case> all() {
        return List.of(
                new Case("a listener is told of each change of a life", ConnectionCases::eventsOfALife),
                new Case("a listener is told when QEMU is killed", play -> {
                    UUID uuid = started(play);
                    play.stage().killQemu(uuid);
                    play.told("first", uuid);
                }),
                new Case("a refused start is told of as well, or not", play -> {
                    ContractDefinition one =
                            play.definition("one", Guest.Polite).with("<source dev=\"", "<source dev=\"/nowhere");
                    play.quietly(on -> on.define(one.xml()));
                    play.hush();
                    play.call("start", on -> on.start(one.uuid()));
                    play.told("first", one.uuid());
                }),
                new Case("two connections see the same and both are told", play -> {
                    LibvirtConnection second = play.open("second");
                    UUID uuid = started(play);
                    play.look(uuid, second);
                    play.call("destroy", second, on -> on.destroy(uuid));
                    play.told("first", uuid);
                    play.told("second", uuid);
                    play.look(uuid);
                    second.close();
                }),
                new Case("a closed connection tells nothing", play -> {
                    LibvirtConnection second = play.open("second");
                    second.close();
                    UUID uuid = started(play);
                    play.quietly(on -> on.destroy(uuid));
                    play.told("first", uuid);
                    play.told("second", uuid);
                }),
                new Case("the host's facts are the same on every connection", play -> {
                    HostFacts first = play.connection().facts();
                    play.reconnect();
                    HostFacts again = play.connection().facts();
                    play.note("same: " + first.equals(again));
                    play.note("has an id: " + !first.machineId().isEmpty());
                    play.note("has CPUs and memory: " + (first.cpus() > 0 && first.memoryBytes() > 1 << 20));
                    play.note("has versions: "
                            + (first.libvirtVersion().matches("\\d+\\.\\d+\\.\\d+")
                                    && first.hypervisorVersion().matches("\\d+\\.\\d+\\.\\d+")));
                }),
                new Case("a connection is lost with the daemon, and calls on it say so", play -> {
                    UUID uuid = started(play);
                    play.stage().stopDaemon();
                    play.lost("first");
                    play.call("destroy", on -> on.destroy(uuid));
                    play.call("domains", LibvirtConnection::domains);
                    play.stage().startDaemon();
                    play.call("domains", LibvirtConnection::domains);
                    play.reconnect();
                    play.look(uuid);
                }),
                new Case("no connection comes about without the daemon", play -> {
                    play.stage().stopDaemon();
                    try {
                        play.open("second").close();
                        play.note("open: done");
                    } catch (LibvirtFailure failure) {
                        play.note("open: " + failure.kind());
                    }
                    play.stage().startDaemon();
                    play.reconnect();
                }),
                new Case("a restarted daemon finds running domains and forgets why others are off", play -> {
                    UUID uuid = started(play);
                    ContractDefinition two = play.definition("two", Guest.Deaf);
                    play.quietly(on -> on.define(two.xml()));
                    play.quietly(on -> on.start(two.uuid()));
                    play.quietly(on -> on.destroy(two.uuid()));
                    restart(play);
                    play.look(uuid);
                    play.look(two.uuid());
                }),
                new Case("a restarted daemon notices that a QEMU has gone", play -> {
                    UUID uuid = started(play);
                    play.stage().stopDaemon();
                    play.stage().killQemu(uuid);
                    play.stage().startDaemon();
                    play.reconnect();
                    play.await(uuid, DomainState.ShutOff);
                }),
                new Case("a restarted daemon finds a paused domain paused", play -> {
                    UUID uuid = started(play);
                    play.stage().virsh("suspend", uuid);
                    restart(play);
                    play.look(uuid);
                }));
    }

    private static void eventsOfALife(ContractPlay play) {
        ContractDefinition one = play.definition("one", Guest.Polite);
        UUID uuid = one.uuid();
        play.call("define", on -> on.define(one.xml()));
        play.told("first", uuid);
        play.hush();
        play.call("start", on -> on.start(uuid));
        play.told("first", uuid);
        play.hush();
        play.stage().virsh("suspend", uuid);
        play.told("first", uuid);
        play.hush();
        play.stage().virsh("resume", uuid);
        play.told("first", uuid);
        play.hush();
        play.call("destroy", on -> on.destroy(uuid));
        play.told("first", uuid);
        play.hush();
        play.call("undefine", on -> on.undefine(uuid));
        play.told("first", uuid);
    }

    private static UUID started(ContractPlay play) {
        ContractDefinition one = play.definition("one", Guest.Polite);
        play.quietly(on -> on.define(one.xml()));
        play.quietly(on -> on.start(one.uuid()));
        play.stage().pass(Duration.ofSeconds(1));
        play.hush();
        return one.uuid();
    }

    private static void restart(ContractPlay play) throws LibvirtFailure {
        play.stage().stopDaemon();
        play.stage().startDaemon();
        play.reconnect();
    }
}
