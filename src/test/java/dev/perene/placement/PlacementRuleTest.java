package dev.perene.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.VirtualMachineSpec.Placement;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementRuleTest {
    private static final Candidate HOST =
            SomeHost.named("host1").labels(Map.of("rack", "r1", "disk", "ssd")).candidate();

    @Test
    void without_placement_every_host_may_run_it() {
        assertThat(PlacementRule.objection(null, HOST)).isEmpty();
        assertThat(PlacementRule.objection(new Placement(null, null), HOST)).isEmpty();
        assertThat(PlacementRule.objection(new Placement(List.of(), new LabelSelector()), HOST))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"host1, true", "host2, false", "host, false", "host11, false", "HOST1, false"})
    void a_host_must_be_listed_by_its_whole_name(String listed, boolean allowed) {
        assertThat(PlacementRule.objection(new Placement(List.of(listed), null), HOST)
                        .isEmpty())
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({"rack, r1, true", "rack, r2, false", "rack, r, false", "zone, r1, false"})
    void every_wanted_label_must_be_there(String key, String value, boolean allowed) {
        LabelSelector selector = new LabelSelectorBuilder()
                .addToMatchLabels("disk", "ssd")
                .addToMatchLabels(key, value)
                .build();

        assertThat(matches(selector)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "rack, In, r1, true",
        "rack, In, r2, false",
        "zone, In, r1, false",
        "rack, NotIn, r1, false",
        "rack, NotIn, r2, true",
        "zone, NotIn, r1, true",
        "rack, Exists, , true",
        "zone, Exists, , false",
        "rack, DoesNotExist, , false",
        "zone, DoesNotExist, , true",
        "rack, Resembles, r1, false"
    })
    void expressions_mean_what_kubernetes_says(String key, String operator, String value, boolean allowed) {
        LabelSelector selector = new LabelSelectorBuilder()
                .addNewMatchExpression()
                .withKey(key)
                .withOperator(operator)
                .withValues(value == null ? List.of() : List.of(value))
                .endMatchExpression()
                .build();

        assertThat(matches(selector)).isEqualTo(allowed);
    }

    @Test
    void the_list_and_the_labels_must_both_allow_the_host() {
        LabelSelector other =
                new LabelSelectorBuilder().addToMatchLabels("rack", "r2").build();

        assertThat(PlacementRule.objection(new Placement(List.of("host1"), other), HOST))
                .hasValue("its labels do not match placement.hostSelector");
        assertThat(PlacementRule.objection(new Placement(List.of("host2"), null), HOST))
                .hasValue("not in placement.hosts");
    }

    private static boolean matches(LabelSelector selector) {
        return PlacementRule.objection(new Placement(null, selector), HOST).isEmpty();
    }
}
