package dev.perene.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DomainOverlayTest {
    @Test
    void elements_are_named_by_where_they_stand() {
        DomainOverlay overlay = DomainOverlay.parse(
                "<domain>\n <cpu mode='host-passthrough'><topology/></cpu>\n <devices><rng/><tpm/></devices></domain>");

        assertThat(overlay.elements())
                .extracting(DomainOverlay.Item::path)
                .containsExactly("cpu", "devices/rng", "devices/tpm");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    <domain><devices><disk/></devices></domain>           | <devices/disk> is none of the elements
                    <domain><devices><emulator/></devices></domain>       | <devices/emulator> is none of the elements
                    <domain><devices><interface/></devices></domain>      | <devices/interface> is none of the elements
                    <domain><devices><filesystem/></devices></domain>     | <devices/filesystem> is none of the elements
                    <domain><name>x</name></domain>                       | <name> is none of the elements
                    <domain><uuid>x</uuid></domain>                       | <uuid> is none of the elements
                    <domain><metadata/></domain>                          | <metadata> is none of the elements
                    <domain><os/></domain>                                | <os> is none of the elements
                    <domain><on_crash>restart</on_crash></domain>         | <on_crash> is none of the elements
                    <domain><seclabel/></domain>                          | <seclabel> is none of the elements
                    <domain type='kvm'/>                                  | <domain> has attributes
                    <network/>                                            | its root is <network>
                    <domain>                                              | it is no XML
                    <!DOCTYPE domain [<!ENTITY x SYSTEM "file:///etc/passwd">]><domain>&x;</domain> | it is no XML
                    <domain xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><qemu:commandline/></domain> | stands in a namespace
                    <domain><cpu><x xmlns='urn:x'/></cpu></domain>        | stands in a namespace
                    """)
    void what_must_not_be_is_refused(String overlay, String why) {
        assertThatThrownBy(() -> DomainOverlay.parse(overlay))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void a_vm_says_what_is_wrong_with_its_overlay() {
        assertThat(violation("<cpu/>")).contains("must begin with <domain>");
        assertThat(violation("<domain><devices><disk/></devices></domain>")).contains("<devices/disk> is none");
        assertThat(violation("<domain><cpu/></domain>")).isEmpty();
        assertThat(violation("<domain>" + " ".repeat(16384) + "</domain>")).contains("at most 16384 characters");
    }

    @Test
    void the_api_server_knows_the_same_elements() {
        Set<String> known = new TreeSet<>();
        Pattern.compile("'([^']*)'")
                .matcher(HypervisorRules.ALLOWED_OVERLAY)
                .results()
                .forEach(match -> known.add(match.group(1)));

        assertThat(known).isEqualTo(new TreeSet<>(DomainOverlay.PATHS));
        assertThat(Arrays.asList(HypervisorRules.ALLOWED_OVERLAY_MESSAGE
                        .substring(HypervisorRules.ALLOWED_OVERLAY_MESSAGE.indexOf(": ") + 2)
                        .split(", ")))
                .containsExactlyInAnyOrderElementsOf(DomainOverlay.PATHS);
    }

    private static String violation(String overlay) {
        VirtualMachineSpec spec = SpecEdit.only("domainOverlay", overlay);
        return spec.validate().stream()
                .filter(each -> each.field().equals("spec.domainOverlay"))
                .map(Violation::message)
                .collect(Collectors.joining("; "));
    }
}
