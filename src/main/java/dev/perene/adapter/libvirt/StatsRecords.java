package dev.perene.adapter.libvirt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads {@code virDomainStatsRecord} and {@code virTypedParameter} from C memory.
 *
 * @param domain the {@code virDomainPtr}, which the record list owns
 * @param numbers the integer parameters by name
 */
record StatsRecords(Pointer domain, Map<String, Integer> numbers) {
    // struct { char field[80]; int type; union { … 8 bytes } value; }
    private static final int TYPE_AT = 80;
    private static final int VALUE_AT = 88;
    private static final int PARAMETER_BYTES = 96;
    private static final int TYPE_INT = 1;
    private static final int TYPE_UNSIGNED_INT = 2;

    /** One record of the list that libvirt returned. */
    static StatsRecords read(Pointer record) {
        Pointer parameters = record.getPointer(Native.POINTER_SIZE);
        int count = record.getInt(2L * Native.POINTER_SIZE);
        Map<String, Integer> numbers = new HashMap<>();
        for (int index = 0; index < count; index++) {
            Pointer parameter = parameters.share((long) index * PARAMETER_BYTES);
            int type = parameter.getInt(TYPE_AT);
            if (type == TYPE_INT || type == TYPE_UNSIGNED_INT) {
                numbers.put(parameter.getString(0), parameter.getInt(VALUE_AT));
            }
        }
        return new StatsRecords(record.getPointer(0), numbers);
    }
}
