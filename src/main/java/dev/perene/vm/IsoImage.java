package dev.perene.vm;

import dev.perene.port.FileContent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Makes an ISO 9660 image with a handful of files in its only folder, twice: under names of the standard, and with
 * Joliet under the names that people gave. The same input gives the same bytes. Why it is not a library's:
 * docs/adr/0013.
 *
 * @see <a href="https://ecma-international.org/publications-and-standards/standards/ecma-119/">ECMA-119</a>
 */
final class IsoImage {
    private static final int SECTOR = 2048;
    private static final int PRIMARY = 16;
    private static final int JOLIET = 17;
    private static final int TERMINATOR = 18;
    private static final int PRIMARY_TABLE = 19;
    private static final int JOLIET_TABLE = 21;
    private static final int PRIMARY_FOLDER = 23;
    private static final int JOLIET_FOLDER = 24;
    private static final int FIRST_FILE = 25;
    private static final int PATH_TABLE_BYTES = 10;
    private static final byte[] JOLIET_LEVEL_3 = {'%', '/', 'E'};
    private static final byte[] ITSELF = {0};
    private static final byte[] PARENT = {1};

    private final ByteBuffer image;

    /**
     * A file.
     *
     * @param shortName at most 8 of A to Z, 0 to 9 and _
     * @param name what people call it, at most 60 characters
     * @param content its content, possibly none
     */
    record Entry(String shortName, String name, FileContent content) {}

    private IsoImage(int sectors) {
        image = ByteBuffer.allocate(sectors * SECTOR);
    }

    /**
     * The image.
     *
     * @param volume its name, at most 16 characters
     * @param files at most 10, in the order of their names, of short and of long ones
     */
    static byte[] of(String volume, List<Entry> files) {
        int sectors = FIRST_FILE
                + files.stream().mapToInt(file -> sectors(file.content())).sum();
        IsoImage made = new IsoImage(sectors);
        made.descriptor(PRIMARY, 1, volume, sectors);
        made.descriptor(JOLIET, 2, volume, sectors);
        made.signature(TERMINATOR, 255);
        made.pathTables(PRIMARY_TABLE, PRIMARY_FOLDER);
        made.pathTables(JOLIET_TABLE, JOLIET_FOLDER);
        made.folder(PRIMARY_FOLDER, files, false);
        made.folder(JOLIET_FOLDER, files, true);
        int sector = FIRST_FILE;
        for (Entry file : files) {
            made.image.position(sector * SECTOR).put(file.content().bytes());
            sector += sectors(file.content());
        }
        return made.image.array();
    }

    private static int sectors(FileContent content) {
        return Math.ceilDiv(content.size(), SECTOR);
    }

    private void signature(int sector, int type) {
        image.position(sector * SECTOR)
                .put((byte) type)
                .put("CD001".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1);
    }

    /** Primary and supplementary descriptors differ in their type, their letters, and where they point to. */
    private void descriptor(int sector, int type, String volume, int sectors) {
        boolean joliet = type == 2;
        int begin = sector * SECTOR;
        signature(sector, type);
        text(begin + 8, 32, "", joliet);
        text(begin + 40, 32, volume, joliet);
        bothOrders32(begin + 80, sectors);
        if (joliet) {
            image.position(begin + 88).put(JOLIET_LEVEL_3);
        }
        bothOrders16(begin + 120, 1);
        bothOrders16(begin + 124, 1);
        bothOrders16(begin + 128, SECTOR);
        bothOrders32(begin + 132, PATH_TABLE_BYTES);
        int table = joliet ? JOLIET_TABLE : PRIMARY_TABLE;
        image.order(ByteOrder.LITTLE_ENDIAN).putInt(begin + 140, table);
        image.order(ByteOrder.BIG_ENDIAN).putInt(begin + 148, table + 1);
        image.position(begin + 156);
        record(joliet ? JOLIET_FOLDER : PRIMARY_FOLDER, SECTOR, true, ITSELF);
        for (int field = 0; field < 4; field++) {
            text(begin + 190 + field * 128, 128, "", joliet);
        }
        for (int field = 0; field < 3; field++) {
            text(begin + 702 + field * 37, 37, "", joliet);
        }
        for (int date = 0; date < 4; date++) {
            // Sixteen zeros: no date.
            image.position(begin + 813 + date * 17).put("0".repeat(16).getBytes(StandardCharsets.US_ASCII));
        }
        image.put(begin + 881, (byte) 1);
    }

    /** One table for each order of bytes, with the only folder in it. */
    private void pathTables(int sector, int folder) {
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            int begin = (order == ByteOrder.LITTLE_ENDIAN ? sector : sector + 1) * SECTOR;
            image.order(order).put(begin, (byte) 1).putInt(begin + 2, folder).putShort(begin + 6, (short) 1);
        }
        image.order(ByteOrder.BIG_ENDIAN);
    }

    private void folder(int sector, List<Entry> files, boolean joliet) {
        image.position(sector * SECTOR);
        record(sector, SECTOR, true, ITSELF);
        record(sector, SECTOR, true, PARENT);
        int place = FIRST_FILE;
        for (Entry file : files) {
            byte[] name = joliet
                    ? (file.name() + ";1").getBytes(StandardCharsets.UTF_16BE)
                    : (file.shortName() + ".;1").getBytes(StandardCharsets.US_ASCII);
            record(place, file.content().size(), false, name);
            place += sectors(file.content());
        }
    }

    /** A record of a file or folder, at the present position; the position is behind it afterwards. */
    private void record(int sector, int size, boolean folder, byte[] name) {
        int begin = image.position();
        int length = 33 + name.length + (name.length + 1) % 2;
        image.put((byte) length);
        bothOrders32(begin + 2, sector);
        bothOrders32(begin + 10, size);
        image.put(begin + 25, (byte) (folder ? 2 : 0));
        bothOrders16(begin + 28, 1);
        image.put(begin + 32, (byte) name.length).position(begin + 33).put(name).position(begin + length);
    }

    private void text(int begin, int length, String text, boolean joliet) {
        byte[] field = new byte[length];
        byte[] letters = text.getBytes(joliet ? StandardCharsets.UTF_16BE : StandardCharsets.US_ASCII);
        if (joliet) {
            for (int index = 1; index < length; index += 2) {
                field[index] = ' ';
            }
        } else {
            Arrays.fill(field, (byte) ' ');
        }
        System.arraycopy(letters, 0, field, 0, letters.length);
        image.position(begin).put(field);
    }

    private void bothOrders16(int begin, int value) {
        image.order(ByteOrder.LITTLE_ENDIAN).putShort(begin, (short) value);
        image.order(ByteOrder.BIG_ENDIAN).putShort(begin + 2, (short) value);
    }

    private void bothOrders32(int begin, int value) {
        image.order(ByteOrder.LITTLE_ENDIAN).putInt(begin, value);
        image.order(ByteOrder.BIG_ENDIAN).putInt(begin + 4, value);
    }
}
