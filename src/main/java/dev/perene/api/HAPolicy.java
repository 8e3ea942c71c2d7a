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

/** What is done for VMs that stopped without being asked to. Cluster-scoped; VMs name it, or it is the default. */
@Group(PereneApi.GROUP)
@Version(PereneApi.VERSION)
@ShortNames("hap")
@Categories(PereneApi.CATEGORY)
@JsonClassDescription("What is done for virtual machines that stopped without being asked to.")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Default", jsonPath = ".status.conditions[?(@.type==\"Default\")].status")
@AdditionalPrinterColumn(name = "Attempts", jsonPath = ".spec.restart.attempts", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "VMs", jsonPath = ".status.virtualMachines", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@AdditionalPrinterColumn(name = "Why", jsonPath = ".status.conditions[?(@.type==\"Default\")].message", priority = 1)
public final class HAPolicy extends CustomResource<HAPolicySpec, HAPolicyStatus> {
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

    /** Whether the annotation marks it as the policy of VMs that name none. Of several that are marked one counts. */
    public boolean markedDefault() {
        return getMetadata().getAnnotations() != null
                && "true".equals(getMetadata().getAnnotations().get(PereneApi.DEFAULT_POLICY));
    }
}
