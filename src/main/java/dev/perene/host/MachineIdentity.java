package dev.perene.host;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * Decides which Hypervisors describe a machine that another one describes already. Two of them for one machine would
 * make every guest there look like two copies.
 */
final class MachineIdentity {
    private MachineIdentity() {}

    /**
     * The Hypervisors to ignore.
     *
     * @param machineIds machine id by Hypervisor, of those whose id is known
     * @param precedence by Hypervisor a string that sorts the older one first
     * @return by name of a Hypervisor to ignore, the name of the older one for the same machine
     */
    static Map<String, String> duplicates(Map<String, String> machineIds, Map<String, String> precedence) {
        Map<String, String> owner = new HashMap<>();
        Map<String, String> duplicates = new HashMap<>();
        machineIds.keySet().stream()
                .sorted(Comparator.comparing(name -> precedence.getOrDefault(name, name)))
                .forEach(name -> {
                    String older = owner.putIfAbsent(machineIds.get(name), name);
                    if (older != null) {
                        duplicates.put(name, older);
                    }
                });
        return duplicates;
    }
}
