package dev.perene.placement;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Where a VM should be started. */
public sealed interface HostChoice {

    /**
     * Here.
     *
     * @param host name of the Hypervisor
     * @param why a sentence for people
     */
    record Chosen(String host, String why) implements HostChoice {}

    /**
     * Nowhere for now.
     *
     * @param reasons by host, why not
     */
    record Nowhere(SortedMap<String, String> reasons) implements HostChoice {
        public Nowhere {
            reasons = new TreeMap<>(reasons);
        }

        /** All reasons in one sentence. */
        public String sentence() {
            return reasons.isEmpty()
                    ? "no Hypervisor is declared"
                    : reasons.entrySet().stream()
                            .map(entry -> entry.getKey() + ": " + entry.getValue())
                            .collect(Collectors.joining("; "));
        }
    }
}
