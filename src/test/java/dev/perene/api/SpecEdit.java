package dev.perene.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** Specs for tests that differ from another in one field. */
public final class SpecEdit {
    private static final KubernetesSerialization JSON = new KubernetesSerialization();

    private SpecEdit() {}

    /** The same with another value of a field. */
    public static VirtualMachineSpec with(VirtualMachineSpec spec, String field, Object value) {
        ObjectNode node = JSON.convertValue(spec, ObjectNode.class);
        node.putPOJO(field, value);
        return JSON.convertValue(node, VirtualMachineSpec.class);
    }

    /** A spec with one field only. */
    public static VirtualMachineSpec only(String field, Object value) {
        return JSON.convertValue(java.util.Map.of(field, value), VirtualMachineSpec.class);
    }
}
