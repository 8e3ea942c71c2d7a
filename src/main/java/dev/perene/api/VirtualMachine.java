package dev.perene.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.stream.Stream;

/** A virtual machine that Perene keeps as its spec says. Namespaced. */
@Group(PereneApi.GROUP)
@Version(PereneApi.VERSION)
@ShortNames("vm")
@Categories(PereneApi.CATEGORY)
@JsonClassDescription("A virtual machine that Perene keeps as its spec says.")
@ValidationRule(
        value = VirtualMachineRules.OBJECT_NAME,
        message = VirtualMachineRules.OBJECT_NAME_MESSAGE,
        fieldPath = ".metadata.name")
@AdditionalPrinterColumn(name = "Status", jsonPath = ".status.printableStatus")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Host", jsonPath = ".status.hostName")
@AdditionalPrinterColumn(name = "Restarts", jsonPath = ".status.restarts", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@AdditionalPrinterColumn(name = "Why", jsonPath = ".status.conditions[?(@.type==\"Ready\")].message", priority = 1)
public final class VirtualMachine extends CustomResource<VirtualMachineSpec, VirtualMachineStatus>
        implements Namespaced {
    private static final long serialVersionUID = 1;

    /**
     * What is wrong with the object as a person wrote it; the API server refuses the same with the same words.
     *
     * @return empty when nothing is wrong
     */
    public List<Violation> validate() {
        List<Violation> spec = getSpec() == null
                ? List.of(new Violation("spec", Violation.REQUIRED))
                : getSpec().validate();
        return Stream.concat(VirtualMachineRules.checkName(getMetadata().getName()).stream(), spec.stream())
                .toList();
    }
}
