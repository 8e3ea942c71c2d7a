package dev.perene.port;

import dev.perene.port.ContractStage.Guest;
import dev.perene.port.LibvirtContract.Case;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Cases of changing a running guest's hardware, and of tags. */
final class EditCases {
    private static final String TWO_CORES_AND_A_BALLOON = "<vcpu current=\"1\">2</vcpu>";
    private static final UUID OTHER = new UUID(0x4000, 0x8000000000000009L);

    private EditCases() {}

    static List<Case> all() {
        return List.of(
                new Case("a definition's hardware is read as it was written", play -> {
                    ContractDefinition one = roomy(play);
                    play.quietly(on -> on.define(one.xml()));
                    play.hardware(one.uuid());
                }),
                new Case("a running guest gets more virtual CPUs, and its definition none", play -> {
                    ContractDefinition one = started(play, roomy(play));
                    play.call("edit", on -> on.edit(one.uuid(), new LiveEdit.Vcpus(2)));
                    play.hardware(one.uuid());
                }),
                new Case("more virtual CPUs than it can be given are refused", play -> {
                    ContractDefinition one = started(play, roomy(play));
                    play.call("edit", on -> on.edit(one.uuid(), new LiveEdit.Vcpus(3)));
                    play.hardware(one.uuid());
                }),
                new Case("a guest with a balloon can be asked to use less memory", play -> {
                    ContractDefinition one = started(play, roomy(play));
                    play.call("edit", on -> on.edit(one.uuid(), new LiveEdit.Memory(24 << 20)));
                }),
                new Case("more memory than it can be given is refused", play -> {
                    ContractDefinition one = started(play, roomy(play));
                    play.call("edit", on -> on.edit(one.uuid(), new LiveEdit.Memory(64 << 20)));
                }),
                new Case("a guest without a balloon cannot be asked", play -> {
                    ContractDefinition one = started(play, play.definition("one", Guest.Polite));
                    play.call("edit", on -> on.edit(one.uuid(), new LiveEdit.Memory(24 << 20)));
                }),
                new Case("a disk is plugged into a running guest", play -> {
                    ContractDefinition one = started(play, roomy(play));
                    String disk = disk(play, "vdb");
                    play.call("edit", on -> on.edit(one.uuid(), new LiveEdit.Attach(disk)));
                    play.hardware(one.uuid());
                }),
                new Case("a second disk in the same place is refused", play -> {
                    ContractDefinition one = started(play, roomy(play));
                    String disk = disk(play, "vda");
                    play.call("edit", on -> on.edit(one.uuid(), new LiveEdit.Attach(disk)));
                    play.hardware(one.uuid());
                }),
                new Case("a CD drive cannot be plugged in", play -> {
                    ContractDefinition one = started(play, roomy(play));
                    String drive = cd(play, "sdb", Guest.Deaf);
                    play.call("edit", on -> on.edit(one.uuid(), new LiveEdit.Attach(drive)));
                    play.hardware(one.uuid());
                }),
                new Case("another CD is put into a drive", play -> {
                    ContractDefinition one =
                            started(play, roomy(play).with("<panic", cd(play, "sda", Guest.Deaf) + "<panic"));
                    String other = cd(play, "sda", Guest.Panicking);
                    play.call("edit", on -> on.edit(one.uuid(), new LiveEdit.Update(other)));
                    play.note(play.observed(one.uuid())
                            .map(seen -> seen.shape().disks().getLast().location())
                            .filter(play.stage().disk(Guest.Panicking, OTHER)::equals)
                            .map(same -> "the other one is in it")
                            .orElse("the first one is in it"));
                }),
                new Case("an interface is plugged into a running guest", play -> {
                    ContractDefinition one = started(play, roomy(play));
                    play.call("edit", on -> on.edit(one.uuid(), new LiveEdit.Attach(card("br0"))));
                    play.hardware(one.uuid());
                }),
                new Case("an interface in a bridge that the host has not is refused", play -> {
                    ContractDefinition one = started(play, roomy(play));
                    play.call("edit", on -> on.edit(one.uuid(), new LiveEdit.Attach(card("br9"))));
                    play.hardware(one.uuid());
                }),
                new Case("an interface that is not there cannot be changed", play -> {
                    ContractDefinition one = started(play, roomy(play));
                    play.call("edit", on -> on.edit(one.uuid(), new LiveEdit.Update(card("br0"))));
                    play.hardware(one.uuid());
                }),
                new Case("a device that is no XML is refused", play -> {
                    ContractDefinition one = started(play, roomy(play));
                    play.call("edit", on -> on.edit(one.uuid(), new LiveEdit.Attach("<disk")));
                }),
                new Case("a guest that does not run cannot be edited", play -> {
                    ContractDefinition one = roomy(play);
                    play.quietly(on -> on.define(one.xml()));
                    play.call("edit", on -> on.edit(one.uuid(), new LiveEdit.Vcpus(2)));
                }),
                new Case("what was plugged in is gone after a restart", play -> {
                    ContractDefinition one = started(play, roomy(play));
                    play.quietly(on -> on.edit(one.uuid(), new LiveEdit.Attach(card("br0"))));
                    play.quietly(on -> on.destroy(one.uuid()));
                    play.quietly(on -> on.start(one.uuid()));
                    play.hardware(one.uuid());
                }),
                new Case("a tag is written on a running domain and stays when it stops", play -> {
                    ContractDefinition one =
                            started(play, play.definition("one", Guest.Polite).untagged());
                    play.call("tag", on -> on.tag(one.uuid(), Optional.of(new DomainTag(OTHER, "shop", "old"))));
                    play.look(one.uuid());
                    play.quietly(on -> on.destroy(one.uuid()));
                    play.look(one.uuid());
                }),
                new Case("a tag is written on a domain that is off", play -> {
                    ContractDefinition one =
                            play.definition("one", Guest.Polite).untagged();
                    play.quietly(on -> on.define(one.xml()));
                    play.call("tag", on -> on.tag(one.uuid(), Optional.of(new DomainTag(OTHER, "shop", "old"))));
                    play.look(one.uuid());
                }),
                new Case("a tag is taken off and the guest goes on", play -> {
                    ContractDefinition one = started(play, play.definition("one", Guest.Polite));
                    play.call("tag", on -> on.tag(one.uuid(), Optional.empty()));
                    play.look(one.uuid());
                }),
                new Case("a tag that is not there can be taken off", play -> {
                    ContractDefinition one =
                            started(play, play.definition("one", Guest.Polite).untagged());
                    play.call("tag", on -> on.tag(one.uuid(), Optional.empty()));
                    play.look(one.uuid());
                }),
                new Case(
                        "a domain that is absent cannot be tagged",
                        play -> play.call("tag", on -> on.tag(new UUID(7, 7), Optional.empty()))));
    }

    private static ContractDefinition roomy(ContractPlay play) {
        return play.definition("one", Guest.Polite)
                .with("<vcpu>1</vcpu>", TWO_CORES_AND_A_BALLOON)
                .with("<memballoon model=\"none\"/>", "<memballoon model=\"virtio\"/>")
                .attachedTo("br0");
    }

    private static ContractDefinition started(ContractPlay play, ContractDefinition definition) {
        play.quietly(on -> on.define(definition.xml()));
        play.quietly(on -> on.start(definition.uuid()));
        return definition;
    }

    private static String disk(ContractPlay play, String target) {
        return "<disk type=\"block\" device=\"disk\"><driver name=\"qemu\" type=\"raw\" cache=\"none\"/><source dev=\""
                + play.stage().disk(Guest.Deaf, OTHER) + "\"/><target dev=\"" + target
                + "\" bus=\"virtio\"/><serial>more</serial></disk>";
    }

    private static String cd(ContractPlay play, String target, Guest content) {
        return "<disk type=\"block\" device=\"cdrom\"><driver name=\"qemu\" type=\"raw\"/><source dev=\""
                + play.stage().disk(content, OTHER) + "\"/><target dev=\"" + target
                + "\" bus=\"sata\"/><readonly/></disk>";
    }

    private static String card(String bridge) {
        return "<interface type=\"bridge\"><mac address=\"52:54:00:00:00:99\"/><source bridge=\"" + bridge
                + "\"/><model type=\"virtio\"/></interface>";
    }
}
