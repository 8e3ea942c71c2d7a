package dev.perene.sim;

import dev.perene.port.FileContent;
import dev.perene.port.HostFile;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/** The folder for Perene's own files on one host. It outlives a loss of power. Safe for use by several threads. */
public final class HostFolder {
    private final Map<String, FileContent> files = new TreeMap<>();
    private final Consumer<String> listener;
    private boolean there;

    HostFolder(Consumer<String> listener) {
        this.listener = listener;
    }

    /** Whether there is such a folder. */
    public synchronized boolean there() {
        return there;
    }

    /** What is in a file. */
    public synchronized Optional<FileContent> file(HostFile file) {
        return Optional.ofNullable(files.get(file.name()));
    }

    /** How many files there are. */
    public synchronized int count() {
        return files.size();
    }

    /** What a person or a guest's firmware does: another content. */
    public synchronized void write(HostFile file, FileContent content) {
        there = true;
        files.put(file.name(), content);
        listener.accept("has " + file.name() + ", " + content);
    }

    /** What a person does: {@code rm -r}. */
    public synchronized void remove() {
        there = false;
        files.clear();
        listener.accept("has no folder " + HostFile.FOLDER);
    }

    synchronized void make() {
        there = true;
    }

    synchronized void removeFiles(UUID owner) {
        for (HostFile.Kind kind : HostFile.Kind.values()) {
            HostFile file = new HostFile(owner, kind);
            if (files.remove(file.name()) != null) {
                listener.accept("has no " + file.name());
            }
        }
    }

    /** Removes what is under an absolute path in the folder. */
    synchronized void remove(String path) {
        String name = path.substring(HostFile.FOLDER.length() + 1);
        if (files.remove(name) != null) {
            listener.accept("has no " + name);
        }
    }

    /** Whether something is under an absolute path in the folder. */
    synchronized boolean has(String path) {
        return path.startsWith(HostFile.FOLDER + "/")
                && files.containsKey(path.substring(HostFile.FOLDER.length() + 1));
    }

    /** What libvirt does at a start with firmware: the variables of a new machine, unless there are some. */
    synchronized void makeVariables(String path) {
        if (!has(path)) {
            String name = path.substring(HostFile.FOLDER.length() + 1);
            files.put(
                    name,
                    FileContent.of("variables of a new machine".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            listener.accept("makes " + name);
        }
    }
}
