package dev.perene.adapter.libvirt;

import dev.perene.port.HostFile;
import dev.perene.port.LibvirtFailure;
import dev.perene.port.LibvirtFailure.Kind;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.libvirt.Connect;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.libvirt.StoragePool;
import org.libvirt.StorageVol;
import org.libvirt.Stream;

/**
 * The folder for Perene's own files on a host, as a storage pool of its libvirt. The pool is read anew before each look:
 * libvirt does not notice by itself what QEMU or a person did in the folder. Confined to the connection's thread.
 */
final class StorageFolder {
    private static final int CHUNK = 1 << 16;
    private static final int LARGEST = 16 << 20;
    /** QEMU's user goes through the folder to its own file and sees nothing of the others. */
    private static final String POOL_XML = "<pool type='dir'><name>" + HostFile.POOL + "</name><target><path>"
            + HostFile.FOLDER + "</path><permissions><mode>0711</mode></permissions></target></pool>";

    private final Connect connect;

    StorageFolder(Connect connect) {
        this.connect = connect;
    }

    void make() throws LibvirtFailure {
        asked(() -> {
            made().free();
            return true;
        });
    }

    /** Writes a file anew: libvirt cuts nothing off a longer one. */
    void put(String name, byte[] content) throws LibvirtFailure {
        if (content.length == 0 || content.length > LARGEST) {
            throw new LibvirtFailure(Kind.Refused, name + " would have " + content.length + " bytes");
        }
        asked(() -> {
            StoragePool pool = made();
            try {
                delete(pool, name);
                String xml = "<volume><name>" + name + "</name><capacity unit='bytes'>" + content.length
                        + "</capacity><target><format type='raw'/><permissions><mode>0600</mode></permissions></target>"
                        + "</volume>";
                StorageVol volume = pool.storageVolCreateXML(xml, 0);
                try {
                    upload(volume, content);
                } finally {
                    volume.free();
                }
            } finally {
                pool.free();
            }
            return true;
        });
    }

    Optional<byte[]> read(String name) throws LibvirtFailure {
        return asked(() -> {
            Optional<StoragePool> pool = present();
            if (pool.isEmpty()) {
                return Optional.empty();
            }
            try {
                Optional<StorageVol> volume = volume(pool.get(), name);
                return volume.isPresent() ? Optional.of(download(volume.get(), name)) : Optional.empty();
            } finally {
                pool.get().free();
            }
        });
    }

    void remove(List<String> names) throws LibvirtFailure {
        asked(() -> {
            Optional<StoragePool> pool = present();
            if (pool.isPresent()) {
                try {
                    for (String name : names) {
                        delete(pool.get(), name);
                    }
                } finally {
                    pool.get().free();
                }
            }
            return true;
        });
    }

    private interface Question<T> {
        T put() throws LibvirtException, LibvirtFailure;
    }

    private <T> T asked(Question<T> question) throws LibvirtFailure {
        try {
            return question.put();
        } catch (LibvirtException exception) {
            throw Failures.during(connect, exception);
        }
    }

    /** The pool, active and read anew; made when it or its folder is missing. */
    private StoragePool made() throws LibvirtException, LibvirtFailure {
        Optional<StoragePool> known = defined();
        StoragePool pool = known.isPresent() ? known.get() : connect.storagePoolDefineXML(POOL_XML, 0);
        try {
            if (pool.isActive() == 0 || !refreshed(pool)) {
                pool.build(0);
                pool.create(0);
                pool.setAutostart(1);
            }
            return pool;
        } catch (LibvirtException exception) {
            pool.free();
            throw exception;
        }
    }

    /** The pool, active and read anew; empty when the host has no such pool or folder, and so no files either. */
    private Optional<StoragePool> present() throws LibvirtException, LibvirtFailure {
        Optional<StoragePool> pool = defined();
        if (pool.isPresent() && !(pool.get().isActive() == 0 ? started(pool.get()) : refreshed(pool.get()))) {
            pool.get().free();
            return Optional.empty();
        }
        return pool;
    }

    private Optional<StoragePool> defined() throws LibvirtException, LibvirtFailure {
        StoragePool pool;
        try {
            pool = connect.storagePoolLookupByName(HostFile.POOL);
        } catch (LibvirtException exception) {
            // A libvirt without storage driver has none of our files either.
            if (is(exception, ErrorNumber.VIR_ERR_NO_STORAGE_POOL) || is(exception, ErrorNumber.VIR_ERR_NO_SUPPORT)) {
                return Optional.empty();
            }
            throw exception;
        }
        if (!pool.getXMLDesc(0).contains("<path>" + HostFile.FOLDER + "</path>")) {
            pool.free();
            throw new LibvirtFailure(
                    Kind.Refused,
                    "the host's storage pool " + HostFile.POOL + " is not the folder " + HostFile.FOLDER
                            + ": rename it, Perene keeps files of its own in a pool of that name");
        }
        return Optional.of(pool);
    }

    /** False when the folder is gone: libvirt then stops the pool. */
    private static boolean refreshed(StoragePool pool) throws LibvirtException {
        try {
            pool.refresh(0);
            return true;
        } catch (LibvirtException exception) {
            if (pool.isActive() == 0) {
                return false;
            }
            throw exception;
        }
    }

    /** False when the folder is not there. */
    private static boolean started(StoragePool pool) throws LibvirtException {
        try {
            pool.create(0);
            return true;
        } catch (LibvirtException exception) {
            if (is(exception, ErrorNumber.VIR_ERR_SYSTEM_ERROR)) {
                return false;
            }
            throw exception;
        }
    }

    private static Optional<StorageVol> volume(StoragePool pool, String name) throws LibvirtException {
        try {
            return Optional.of(pool.storageVolLookupByName(name));
        } catch (LibvirtException exception) {
            if (is(exception, ErrorNumber.VIR_ERR_NO_STORAGE_VOL)) {
                return Optional.empty();
            }
            throw exception;
        }
    }

    private static void delete(StoragePool pool, String name) throws LibvirtException {
        Optional<StorageVol> volume = volume(pool, name);
        if (volume.isPresent()) {
            try {
                volume.get().delete(0);
            } finally {
                volume.get().free();
            }
        }
    }

    private void upload(StorageVol volume, byte[] content) throws LibvirtException {
        Stream stream = connect.streamNew(0);
        try {
            volume.upload(stream, 0, content.length, 0);
            int sent = 0;
            while (sent < content.length) {
                sent += stream.send(Arrays.copyOfRange(content, sent, Math.min(content.length, sent + CHUNK)));
            }
            stream.finish();
        } catch (LibvirtException exception) {
            abandon(stream);
            throw exception;
        } finally {
            stream.free();
        }
    }

    private byte[] download(StorageVol volume, String name) throws LibvirtException, LibvirtFailure {
        Stream stream = connect.streamNew(0);
        try {
            volume.download(stream, 0, 0, 0);
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            byte[] chunk = new byte[CHUNK];
            for (int count = stream.receive(chunk); count > 0; count = stream.receive(chunk)) {
                content.write(chunk, 0, count);
                if (content.size() > LARGEST) {
                    throw new LibvirtFailure(Kind.Refused, name + " is larger than " + LARGEST + " bytes");
                }
            }
            stream.finish();
            return content.toByteArray();
        } catch (LibvirtException | LibvirtFailure failure) {
            abandon(stream);
            throw failure;
        } finally {
            stream.free();
            volume.free();
        }
    }

    /** A stream must have ended before it is freed; that it was broken has been said already. */
    private static void abandon(Stream stream) {
        try {
            stream.abort();
        } catch (LibvirtException alreadyBroken) {
            // What matters is the failure that led here.
        }
    }

    private static boolean is(LibvirtException exception, ErrorNumber number) {
        return exception.getError() != null && exception.getError().getCode() == number;
    }
}
