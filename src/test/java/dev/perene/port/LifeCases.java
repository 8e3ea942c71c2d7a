package dev.perene.port;

import dev.perene.port.ContractStage.Guest;
import dev.perene.port.LibvirtContract.Case;
import dev.perene.port.LibvirtContract.Script;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** Cases of starting and stopping through the port. */
final class LifeCases {
    /** Enough for a guest of the lab to hear the power button. */
    private static final Duration BOOT = Duration.ofSeconds(8);

    private LifeCases() {}

    static List<Case> all() {
        return List.of(
                new Case("a started domain runs", running(Guest.Polite, (play, uuid) -> play.look(uuid))),
                new Case("starting a running domain is a wrong state", running(Guest.Polite, (play, uuid) -> {
                    play.call("start", on -> on.start(uuid));
                    play.look(uuid);
                })),
                nobody("starting a domain that is not there says so", LibvirtConnection::start),
                nobody("shutting down a domain that is not there says so", LibvirtConnection::shutdown),
                nobody("destroying a domain that is not there says so", LibvirtConnection::destroy),
                nobody("undefining a domain that is not there says so", LibvirtConnection::undefine),
                startRefused(
                        "a missing disk keeps it from starting",
                        one -> one.with("<source dev=\"", "<source dev=\"/nowhere")),
                startRefused("a missing bridge keeps it from starting", one -> one.attachedTo("br-none")),
                startRefused(
                        "a lack of memory keeps it from starting", one -> one.with("33554432", "1099511627776000")),
                new Case("a refused start can be repeated when the cause is gone", play -> {
                    ContractDefinition one = play.definition("one", Guest.Polite);
                    play.quietly(on -> on.define(one.attachedTo("br-none").xml()));
                    play.call("start", on -> on.start(one.uuid()));
                    play.quietly(on -> on.define(one.xml()));
                    play.call("start", on -> on.start(one.uuid()));
                    play.look(one.uuid());
                }),
                new Case("a guest that is asked to shut down does", running(Guest.Polite, (play, uuid) -> {
                    play.stage().pass(BOOT);
                    play.call("shutdown", on -> on.shutdown(uuid));
                    play.await(uuid, DomainState.ShutOff);
                })),
                new Case("a deaf guest goes on running", running(Guest.Deaf, (play, uuid) -> {
                    play.stage().pass(BOOT);
                    play.call("shutdown", on -> on.shutdown(uuid));
                    play.stage().pass(Duration.ofSeconds(5));
                    play.look(uuid);
                })),
                new Case("a paused guest cannot be asked", running(Guest.Polite, (play, uuid) -> {
                    play.stage().pass(BOOT);
                    play.stage().virsh("suspend", uuid);
                    play.call("shutdown", on -> on.shutdown(uuid));
                    play.stage().pass(Duration.ofSeconds(3));
                    play.look(uuid);
                })),
                new Case(
                        "shutting down a stopped domain is a wrong state",
                        stopped((play, uuid) -> play.call("shutdown", on -> on.shutdown(uuid)))),
                new Case(
                        "destroying a stopped domain is a wrong state",
                        stopped((play, uuid) -> play.call("destroy", on -> on.destroy(uuid)))),
                new Case("a destroyed domain is shut off", running(Guest.Polite, (play, uuid) -> {
                    play.call("destroy", on -> on.destroy(uuid));
                    play.look(uuid);
                    play.call("destroy", on -> on.destroy(uuid));
                })),
                new Case("a destroyed domain can be started again", running(Guest.Polite, (play, uuid) -> {
                    play.quietly(on -> on.destroy(uuid));
                    play.call("start", on -> on.start(uuid));
                    play.look(uuid);
                })),
                new Case(
                        "a guest that powers itself off is shut off",
                        running(Guest.SelfStopping, (play, uuid) -> play.await(uuid, DomainState.ShutOff))),
                new Case(
                        "a guest that panics has crashed",
                        running(Guest.Panicking, (play, uuid) -> play.await(uuid, DomainState.ShutOff))),
                new Case("a panicked guest that is kept is crashed and active", play -> {
                    ContractDefinition one =
                            play.definition("one", Guest.Panicking).with("<on_crash>destroy", "<on_crash>preserve");
                    play.quietly(on -> on.define(one.xml()));
                    play.quietly(on -> on.start(one.uuid()));
                    play.await(one.uuid(), DomainState.Crashed);
                    play.call("start", on -> on.start(one.uuid()));
                    play.call("destroy", on -> on.destroy(one.uuid()));
                    play.look(one.uuid());
                }));
    }

    private static Script running(Guest guest, BiConsumer<ContractPlay, UUID> then) {
        return play -> {
            ContractDefinition one = play.definition("one", guest);
            play.quietly(on -> on.define(one.xml()));
            play.call("start", on -> on.start(one.uuid()));
            then.accept(play, one.uuid());
        };
    }

    private static Script stopped(BiConsumer<ContractPlay, UUID> then) {
        return play -> {
            ContractDefinition one = play.definition("one", Guest.Polite);
            play.quietly(on -> on.define(one.xml()));
            then.accept(play, one.uuid());
            play.look(one.uuid());
        };
    }

    private interface OnDomain {
        void call(LibvirtConnection on, UUID uuid) throws LibvirtFailure;
    }

    private static Case nobody(String name, OnDomain call) {
        return new Case(name, play -> play.call("call", on -> call.call(on, new UUID(7, 7))));
    }

    private static Case startRefused(String name, UnaryOperator<ContractDefinition> change) {
        return new Case(name, play -> {
            ContractDefinition one = change.apply(play.definition("one", Guest.Polite));
            play.call("define", on -> on.define(one.xml()));
            play.hush();
            play.call("start", on -> on.start(one.uuid()));
            play.note(play.observed(one.uuid()).orElseThrow().state() + " "
                    + play.observed(one.uuid()).orElseThrow().reason());
        });
    }
}
