package dev.perene.port;

import dev.perene.port.ContractStage.Guest;
import dev.perene.port.LibvirtContract.Case;
import java.util.List;
import java.util.UUID;

/** Cases of defining and undefining. */
final class DefinitionCases {
    private DefinitionCases() {}

    static List<Case> all() {
        return List.of(
                new Case("a defined domain is shut off", play -> {
                    ContractDefinition one = play.definition("one", Guest.Polite);
                    play.call("define", on -> on.define(one.xml()));
                    play.look(one.uuid());
                }),
                new Case("defining the same again changes nothing", play -> {
                    ContractDefinition one = play.definition("one", Guest.Polite);
                    play.call("define", on -> on.define(one.xml()));
                    play.call("define", on -> on.define(one.xml()));
                    play.look(one.uuid());
                }),
                new Case("defining another size shows it while the domain is off", play -> {
                    ContractDefinition one = play.definition("one", Guest.Polite);
                    play.quietly(on -> on.define(one.xml()));
                    play.call("define", on -> on.define(larger(one).xml()));
                    play.look(one.uuid());
                }),
                new Case("defining another size does not touch a running guest", play -> {
                    ContractDefinition one = play.definition("one", Guest.Polite);
                    play.quietly(on -> on.define(one.xml()));
                    play.quietly(on -> on.start(one.uuid()));
                    play.call("define", on -> on.define(larger(one).xml()));
                    play.look(one.uuid());
                    play.quietly(on -> on.destroy(one.uuid()));
                    play.look(one.uuid());
                }),
                refused("text that is no XML is refused", "<domain", "domain"),
                refused("another root element is refused", "domain type", "network type"),
                refused("a definition without memory is refused", "<memory unit=\"b\">33554432</memory>", ""),
                refused("a definition without a name is refused", "<name>contract-one</name>", ""),
                refused("a malformed UUID is refused", "<uuid>", "<uuid>z"),
                refused("an unknown type of domain is refused", "type arch=\"x86_64\"", "type arch=\"pdp11\""),
                new Case("a name that another domain has is refused", play -> {
                    ContractDefinition one = play.definition("one", Guest.Polite);
                    ContractDefinition two = play.definition("two", Guest.Polite);
                    play.quietly(on -> on.define(one.xml()));
                    play.call(
                            "define",
                            on -> on.define(
                                    two.with("contract-two", "contract-one").xml()));
                    play.look(two.uuid());
                }),
                new Case("another name for the same UUID is refused", play -> {
                    ContractDefinition one = play.definition("one", Guest.Polite);
                    play.quietly(on -> on.define(one.xml()));
                    play.call(
                            "define",
                            on -> on.define(
                                    one.with("contract-one", "contract-two").xml()));
                    play.look(one.uuid());
                }),
                new Case("a domain that nobody defined is absent", play -> play.look(new UUID(7, 7))),
                new Case("a domain without a tag is nobody's", play -> {
                    ContractDefinition one =
                            play.definition("one", Guest.Polite).untagged();
                    play.call("define", on -> on.define(one.xml()));
                    play.look(one.uuid());
                }),
                new Case("a tag whose uid is no UUID is no tag", play -> {
                    ContractDefinition one = play.definition("one", Guest.Polite);
                    play.call(
                            "define",
                            on -> on.define(
                                    one.with("uid=\"" + one.uuid(), "uid=\"x").xml()));
                    play.look(one.uuid());
                }),
                new Case("a tag keeps what needs escaping", play -> {
                    ContractDefinition one = play.definition("one", Guest.Polite);
                    play.call(
                            "define",
                            on -> on.define(one.with("namespace=\"shop\"", "namespace=\"a&amp;b&lt;&quot;c\"")
                                    .xml()));
                    play.look(one.uuid());
                }),
                new Case("the list has the same as the single answer", play -> {
                    ContractDefinition one = play.definition("one", Guest.Polite);
                    play.quietly(on -> on.define(one.xml()));
                    List<DomainObservation> listed = play.connection().domains();
                    play.note("listed: " + listed.size());
                    play.note("same state: "
                            + listed.getFirst()
                                    .state()
                                    .equals(play.observed(one.uuid())
                                            .orElseThrow()
                                            .state()));
                    play.note("same tag: "
                            + listed.getFirst()
                                    .tag()
                                    .equals(play.observed(one.uuid())
                                            .orElseThrow()
                                            .tag()));
                }),
                new Case("an undefined domain is absent", play -> {
                    ContractDefinition one = play.definition("one", Guest.Polite);
                    play.quietly(on -> on.define(one.xml()));
                    play.call("undefine", on -> on.undefine(one.uuid()));
                    play.look(one.uuid());
                    play.call("undefine", on -> on.undefine(one.uuid()));
                }),
                new Case("undefining a running domain leaves it running until it stops", play -> {
                    ContractDefinition one = play.definition("one", Guest.Polite);
                    play.quietly(on -> on.define(one.xml()));
                    play.quietly(on -> on.start(one.uuid()));
                    play.call("undefine", on -> on.undefine(one.uuid()));
                    play.look(one.uuid());
                    play.call("undefine", on -> on.undefine(one.uuid()));
                    play.call("destroy", on -> on.destroy(one.uuid()));
                    play.look(one.uuid());
                }),
                new Case("a running domain without definition can be defined again", play -> {
                    ContractDefinition one = play.definition("one", Guest.Polite);
                    play.quietly(on -> on.define(one.xml()));
                    play.quietly(on -> on.start(one.uuid()));
                    play.quietly(on -> on.undefine(one.uuid()));
                    play.call("define", on -> on.define(one.xml()));
                    play.call("destroy", on -> on.destroy(one.uuid()));
                    play.look(one.uuid());
                }));
    }

    private static ContractDefinition larger(ContractDefinition definition) {
        return definition.with("33554432", "67108864").with("<vcpu>1", "<vcpu>2");
    }

    private static Case refused(String name, String piece, String other) {
        return new Case(name, play -> {
            ContractDefinition one = play.definition("one", Guest.Polite);
            play.call("define", on -> on.define(one.with(piece, other).xml()));
            play.look(one.uuid());
        });
    }
}
