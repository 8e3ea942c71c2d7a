package dev.perene.api;

import dev.perene.api.VirtualMachineSpec.Placement;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** The rules of where a VM may run, in CEL and in Java as in {@link VirtualMachineRules}. */
final class PlacementRules {
    static final String HOSTS_LIMIT = "self.size() <= 64";
    static final String HOSTS_LIMIT_MESSAGE = "hosts must hold at most 64 items: use hostSelector for more";

    static final String DISTINCT_HOSTS = "self.all(a, self.exists_one(b, a == b))";
    static final String DISTINCT_HOSTS_MESSAGE = "hosts must be different: remove the one that is there twice";

    static final String HOST = "self.matches(r'" + Forms.DNS_SUBDOMAIN + "')";
    static final String HOST_MESSAGE =
            "hosts must be names of Hypervisors: lower-case letters, digits, '-' and '.', for example host-1";

    static final String LABELS =
            "self.all(key, key.matches(r'" + Forms.LABEL_KEY + "') && self[key].matches(r'" + Forms.LABEL_VALUE + "'))";
    static final String LABELS_MESSAGE =
            "matchLabels must be labels as Kubernetes allows them: keys such as zone or example.org/zone, values of at"
                    + " most 63 letters, digits and _.-";

    static final String KEY = "self.matches(r'" + Forms.LABEL_KEY + "')";
    static final String KEY_MESSAGE = "key must be a label's key, for example zone or example.org/zone";

    static final String VALUE = "self.matches(r'" + Forms.LABEL_VALUE + "')";
    static final String VALUE_MESSAGE =
            "values must be values of labels: at most 63 letters, digits and _.- beginning and ending with a letter or"
                    + " digit";

    static final String VALUES = "(self.operator in ['In', 'NotIn']) == (has(self.values) && self.values.size() > 0)";
    static final String VALUES_MESSAGE =
            "values must be given with In and NotIn, and left out with Exists and DoesNotExist";

    private static final List<String> OPERATORS = List.of("DoesNotExist", "Exists", "In", "NotIn");
    private static final Pattern HOST_FORM = Pattern.compile(Forms.DNS_SUBDOMAIN);
    private static final Pattern KEY_FORM = Pattern.compile(Forms.LABEL_KEY);
    private static final Pattern VALUE_FORM = Pattern.compile(Forms.LABEL_VALUE);

    private PlacementRules() {}

    static void check(Placement placement, Findings findings) {
        List<String> hosts = placement.hosts();
        findings.rule(hosts.size() <= 64, "spec.placement.hosts", HOSTS_LIMIT_MESSAGE);
        findings.distinct(hosts, "spec.placement.hosts", DISTINCT_HOSTS_MESSAGE);
        findings.eachForm(hosts, HOST_FORM, "spec.placement.hosts", HOST_MESSAGE);
        if (placement.hostSelector() != null) {
            selector(placement.hostSelector(), findings);
        }
    }

    private static void selector(LabelSelector selector, Findings findings) {
        Map<String, String> wanted = Objects.requireNonNullElse(selector.getMatchLabels(), Map.of());
        boolean labels = wanted.entrySet().stream()
                .filter(label -> label.getValue() != null)
                .allMatch(label -> Forms.fits(KEY_FORM, label.getKey()) && Forms.fits(VALUE_FORM, label.getValue()));
        findings.rule(labels, "spec.placement.hostSelector.matchLabels", LABELS_MESSAGE);
        List<LabelSelectorRequirement> requirements =
                Objects.requireNonNullElse(selector.getMatchExpressions(), List.of());
        for (int index = 0; index < requirements.size(); index++) {
            requirement(
                    requirements.get(index),
                    Findings.item("spec.placement.hostSelector.matchExpressions", index),
                    findings);
        }
    }

    private static void requirement(LabelSelectorRequirement requirement, String field, Findings findings) {
        findings.requiredForm(requirement.getKey(), KEY_FORM, field + ".key", KEY_MESSAGE);
        List<String> values = Objects.requireNonNullElse(requirement.getValues(), List.of());
        findings.eachForm(values, VALUE_FORM, field + ".values", VALUE_MESSAGE);
        String operator = requirement.getOperator();
        if (!findings.required(operator, field + ".operator")) {
            return;
        }
        if (!OPERATORS.contains(operator)) {
            findings.rule(false, field + ".operator", Wording.unsupported(operator, OPERATORS));
            return;
        }
        boolean takesValues = operator.equals("In") || operator.equals("NotIn");
        findings.rule(takesValues == !values.isEmpty(), field + ".values", VALUES_MESSAGE);
    }
}
