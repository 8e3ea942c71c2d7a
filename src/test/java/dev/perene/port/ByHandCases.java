package dev.perene.port;

import dev.perene.port.ContractStage.Guest;
import dev.perene.port.LibvirtContract.Case;
import dev.perene.port.LibvirtContract.Script;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;

/** Cases of what happens behind the operator's back. */
final class ByHandCases {
    private ByHandCases() {}

    static List<Case> all() {
        return List.of(
                new Case("a domain whose QEMU is killed has crashed", running((play, uuid) -> {
                    play.stage().killQemu(uuid);
                    play.await(uuid, DomainState.ShutOff);
                })),
                new Case("a crashed domain can be started again", running((play, uuid) -> {
                    play.stage().killQemu(uuid);
                    play.await(uuid, DomainState.ShutOff);
                    play.call("start", on -> on.start(uuid));
                    play.look(uuid);
                })),
                new Case("a suspended domain is paused by a user, a resumed one runs", running((play, uuid) -> {
                    play.stage().virsh("suspend", uuid);
                    play.look(uuid);
                    play.stage().virsh("resume", uuid);
                    play.look(uuid);
                })),
                new Case("starting a paused domain is a wrong state", running((play, uuid) -> {
                    play.stage().virsh("suspend", uuid);
                    play.call("start", on -> on.start(uuid));
                })),
                new Case("a paused domain can be destroyed", running((play, uuid) -> {
                    play.stage().virsh("suspend", uuid);
                    play.call("destroy", on -> on.destroy(uuid));
                    play.look(uuid);
                })),
                new Case("a saved domain is shut off, and starts afresh", running((play, uuid) -> {
                    play.stage().virsh("managedsave", uuid);
                    play.look(uuid);
                    play.call("start", on -> on.start(uuid));
                    play.look(uuid);
                })),
                new Case("a saved domain can be undefined", running((play, uuid) -> {
                    play.stage().virsh("managedsave", uuid);
                    play.call("undefine", on -> on.undefine(uuid));
                    play.look(uuid);
                })),
                new Case("a domain that somebody undefined is absent", play -> {
                    ContractDefinition one = play.definition("one", Guest.Polite);
                    play.quietly(on -> on.define(one.xml()));
                    play.stage().virsh("undefine", one.uuid());
                    play.look(one.uuid());
                }));
    }

    private static Script running(BiConsumer<ContractPlay, UUID> then) {
        return play -> {
            ContractDefinition one = play.definition("one", Guest.Polite);
            play.quietly(on -> on.define(one.xml()));
            play.quietly(on -> on.start(one.uuid()));
            then.accept(play, one.uuid());
        };
    }
}
