package dev.perene.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;

/** A Linux machine with libvirt on which Perene may run virtual machines. Cluster-scoped. */
@Group(PereneApi.GROUP)
@Version(PereneApi.VERSION)
@ShortNames("hv")
@Categories(PereneApi.CATEGORY)
@JsonClassDescription("A Linux machine with libvirt on which Perene may run virtual machines.")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reachable", jsonPath = ".status.conditions[?(@.type==\"Reachable\")].status")
@AdditionalPrinterColumn(name = "Scheduling", jsonPath = ".spec.schedulingPolicy")
@AdditionalPrinterColumn(name = "VMs", jsonPath = ".status.virtualMachines", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "CPU", jsonPath = ".status.capacity.cpu")
@AdditionalPrinterColumn(name = "Memory", jsonPath = ".status.capacity.memory")
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@AdditionalPrinterColumn(name = "Why", jsonPath = ".status.conditions[?(@.type==\"Ready\")].message", priority = 1)
public final class Hypervisor extends CustomResource<HypervisorSpec, HypervisorStatus> {
    private static final long serialVersionUID = 1;

    /**
     * What is wrong with the object as a person wrote it; the API server refuses the same with the same words.
     *
     * @return empty when nothing is wrong
     */
    public List<Violation> validate() {
        return getSpec() == null
                ? List.of(new Violation("spec", Violation.REQUIRED))
                : getSpec().validate();
    }
}
