package dev.perene.port;

import dev.perene.port.ContractStage.Guest;
import dev.perene.port.LibvirtContract.Case;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Cases of the files that Perene keeps on hosts. */
final class FileCases {
    private static final UUID OWNER = new UUID(0x7000, 0x8000000000000000L);
    private static final HostFile SEED = new HostFile(OWNER, HostFile.Kind.Seed);
    private static final HostFile NVRAM = new HostFile(OWNER, HostFile.Kind.Nvram);

    private FileCases() {}

    static List<Case> all() {
        return List.of(
                new Case("a file that was put is read as it was", play -> {
                    put(play, SEED, content(300_000, 1));
                    read(play, SEED, content(300_000, 1));
                    read(play, NVRAM, content(300_000, 1));
                    remove(play);
                }),
                new Case("a small file is read as it was", play -> {
                    put(play, NVRAM, content(1, 2));
                    read(play, NVRAM, content(1, 2));
                    remove(play);
                }),
                new Case("a shorter file replaces a longer one, and a longer one a shorter", play -> {
                    put(play, SEED, content(200_000, 3));
                    put(play, SEED, content(70_000, 4));
                    read(play, SEED, content(70_000, 4));
                    put(play, SEED, content(140_000, 5));
                    read(play, SEED, content(140_000, 5));
                    remove(play);
                }),
                new Case("a file without content is refused", play -> {
                    put(play, SEED, content(0, 6));
                    read(play, SEED, content(0, 6));
                }),
                new Case("removing files that are not there does nothing", play -> {
                    remove(play);
                    remove(play);
                }),
                new Case("removing takes all files of one owner and no others", play -> {
                    HostFile other = new HostFile(new UUID(0x7000, 0x8000000000000001L), HostFile.Kind.Seed);
                    put(play, SEED, content(5_000, 7));
                    put(play, NVRAM, content(6_000, 8));
                    put(play, other, content(7_000, 9));
                    remove(play);
                    read(play, SEED, content(5_000, 7));
                    read(play, NVRAM, content(6_000, 8));
                    read(play, other, content(7_000, 9));
                    play.call("remove", on -> on.removeFiles(other.owner()));
                    read(play, other, content(7_000, 9));
                }),
                new Case("another connection reads what was put", play -> {
                    put(play, SEED, content(10_000, 10));
                    play.reconnect();
                    read(play, SEED, content(10_000, 10));
                    remove(play);
                }),
                new Case("the folder may be made twice", play -> {
                    play.call("make", LibvirtConnection::makeFolder);
                    play.call("make", LibvirtConnection::makeFolder);
                }),
                new Case("a restart of the daemon keeps files", play -> {
                    put(play, SEED, content(10_000, 11));
                    play.stage().stopDaemon();
                    play.stage().startDaemon();
                    play.reconnect();
                    read(play, SEED, content(10_000, 11));
                    remove(play);
                }),
                new Case("a folder that somebody removed has no files, and is made again", play -> {
                    put(play, SEED, content(10_000, 12));
                    play.stage().removeFolder();
                    read(play, SEED, content(10_000, 12));
                    remove(play);
                    put(play, SEED, content(10_000, 13));
                    read(play, SEED, content(10_000, 13));
                    remove(play);
                }),
                new Case("a pool that somebody removed is made again, with the files that lie there", play -> {
                    put(play, SEED, content(10_000, 14));
                    play.stage().removePool();
                    play.call("make", LibvirtConnection::makeFolder);
                    read(play, SEED, content(10_000, 14));
                    remove(play);
                    read(play, SEED, content(10_000, 14));
                }),
                new Case("a UEFI domain has variables from its first start until it is undefined", play -> {
                    ContractDefinition one = uefi(play);
                    HostFile variables = new HostFile(one.uuid(), HostFile.Kind.Nvram);
                    play.call("make", LibvirtConnection::makeFolder);
                    play.call("define", on -> on.define(one.xml()));
                    present(play, variables);
                    play.call("start", on -> on.start(one.uuid()));
                    present(play, variables);
                    play.call("destroy", on -> on.destroy(one.uuid()));
                    play.call("define", on -> on.define(one.xml()));
                    present(play, variables);
                    play.call("start", on -> on.start(one.uuid()));
                    play.call("destroy", on -> on.destroy(one.uuid()));
                    play.call("undefine", on -> on.undefine(one.uuid()));
                    present(play, variables);
                }),
                new Case("a UEFI domain does not start where the folder is missing", play -> {
                    ContractDefinition one = uefi(play);
                    play.call("make", LibvirtConnection::makeFolder);
                    play.stage().removeFolder();
                    play.call("define", on -> on.define(one.xml()));
                    play.call("start", on -> on.start(one.uuid()));
                    play.look(one.uuid());
                    play.call("make", LibvirtConnection::makeFolder);
                    play.call("start", on -> on.start(one.uuid()));
                    play.look(one.uuid());
                }),
                new Case("a guest may have its file removed while it runs", FileCases::removedWhileInUse));
    }

    private static void removedWhileInUse(ContractPlay play) throws LibvirtFailure {
        ContractDefinition one = play.definition("one", Guest.Polite);
        HostFile seed = new HostFile(one.uuid(), HostFile.Kind.Seed);
        put(play, seed, content(40_960, 15));
        String cd = "<disk type=\"file\" device=\"cdrom\"><driver name=\"qemu\" type=\"raw\"/><source file=\""
                + seed.path() + "\"/><target dev=\"sda\" bus=\"sata\"/><readonly/></disk><panic";
        play.quietly(on -> on.define(one.with("<panic", cd).xml()));
        play.call("start", on -> on.start(one.uuid()));
        play.call("remove", on -> on.removeFiles(one.uuid()));
        read(play, seed, content(40_960, 15));
        play.look(one.uuid());
        play.call("destroy", on -> on.destroy(one.uuid()));
        play.call("start", on -> on.start(one.uuid()));
        put(play, seed, content(40_960, 16));
        play.call("start", on -> on.start(one.uuid()));
        play.quietly(on -> on.destroy(one.uuid()));
        play.quietly(on -> on.removeFiles(one.uuid()));
    }

    private static ContractDefinition uefi(ContractPlay play) {
        ContractDefinition one = play.definition("one", Guest.Polite);
        String variables = new HostFile(one.uuid(), HostFile.Kind.Nvram).path();
        return one.with("<os>", "<os firmware=\"efi\"><nvram format=\"raw\">" + variables + "</nvram>");
    }

    private static void present(ContractPlay play, HostFile file) {
        play.call("read", on -> play.note(file.kind() + ": " + (on.file(file).isPresent() ? "there" : "none")));
    }

    private static FileContent content(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return FileContent.of(bytes);
    }

    private static void put(ContractPlay play, HostFile file, FileContent content) {
        play.call("put " + file.kind() + ", " + content, on -> on.putFile(file, content));
    }

    private static void read(ContractPlay play, HostFile file, FileContent expected) {
        play.call(
                "read",
                on -> play.note(on.file(file)
                        .map(found ->
                                file.kind() + ": " + (found.equals(expected) ? "the same " + found : "other " + found))
                        .orElse(file.kind() + ": none")));
    }

    private static void remove(ContractPlay play) {
        play.call("remove", on -> on.removeFiles(OWNER));
    }
}
