package dev.perene.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.api.SpecEdit;
import dev.perene.api.VirtualMachineSpec;
import dev.perene.api.VirtualMachineSpec.Cdrom;
import dev.perene.api.VirtualMachineSpec.CloudInit;
import dev.perene.api.VirtualMachineSpec.Cpu;
import dev.perene.api.VirtualMachineSpec.Disk;
import dev.perene.api.VirtualMachineSpec.DiskFormat;
import dev.perene.api.VirtualMachineSpec.Firmware;
import dev.perene.api.VirtualMachineSpec.Graphics;
import dev.perene.api.VirtualMachineSpec.Interface;
import dev.perene.api.VirtualMachineSpec.Memory;
import dev.perene.api.VirtualMachineSpec.Source;
import dev.perene.port.DomainTag;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** What libvirt is told; the whole of it is in src/test/resources/vm. */
class DomainDefinitionTest {
    private static final UUID TILL = Situations.TILL;
    private static final DomainTag TAG = new DomainTag(TILL, "shop", "till");
    private static final Disk SHARED =
            new Disk("system", new Source(null, "/dev/perene/shared1", DiskFormat.raw), null, null);

    @Test
    void a_shared_device_under_kvm() throws IOException {
        VirtualMachineSpec spec = spec(List.of(SHARED), List.of(new Interface("net", "br0", null)));

        compare(defined(spec, TAG, true), "shared-device-kvm.xml");
    }

    @Test
    void a_local_file_a_shared_file_and_a_cd_under_emulation() throws IOException {
        VirtualMachineSpec spec = spec(
                List.of(
                        new Disk("root", null, new Source("/srv/local/till.qcow2", null, DiskFormat.qcow2), null),
                        new Disk("install", null, null, new Cdrom("/srv/images/install.iso")),
                        new Disk("data", new Source("/srv/shared/data.img", null, DiskFormat.raw), null, null)),
                List.of(
                        new Interface("lan", "br0", "52:54:00:12:34:56"),
                        new Interface("backup", "br1", "52:54:00:12:34:57")));

        compare(defined(spec, TAG, false), "files-and-cd-qemu.xml");
    }

    @Test
    void a_uefi_machine_with_cloud_init() throws IOException {
        VirtualMachineSpec told = SpecEdit.with(
                spec(List.of(SHARED), List.of()),
                "cloudInit",
                new CloudInit("#cloud-config with a password", null, null));
        VirtualMachineSpec spec = SpecEdit.with(told, "firmware", Firmware.UEFI);

        compare(defined(spec, TAG, true), "uefi-cloud-init-kvm.xml");
    }

    @Test
    void a_machine_with_all_its_disks_still_has_a_letter_for_cloud_init() throws Exception {
        List<Disk> disks = IntStream.range(0, 26)
                .mapToObj(number -> new Disk("cd" + number, null, null, new Cdrom("/srv/images/" + number + ".iso")))
                .toList();
        VirtualMachineSpec spec = SpecEdit.with(spec(disks, List.of()), "cloudInit", new CloudInit("x", null, null));

        assertThat(letters(spec)).hasSize(27).doesNotHaveDuplicates().endsWith("sdz", "sdaa");
    }

    @ParameterizedTest
    @EnumSource(DiskFormat.class)
    void a_disk_on_shared_storage_keeps_the_locks_against_a_second_writer(DiskFormat format) throws Exception {
        Disk disk = new Disk("data", new Source("/srv/shared/data.img", null, format), null, null);

        Document document = parsed(defined(spec(List.of(disk), List.of()), TAG, true));

        assertThat(all(document, "shareable")).isEmpty();
        assertThat(within(document, "disk", "driver").getAttribute("type")).isEqualTo(format.name());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"/><hostdev mode=\"subsystem\"/>",
                "'/><x a='",
                "</title><devices/>",
                "]]>&lt;!--<!ENTITY x SYSTEM \"file:///etc/shadow\">&x;",
                "a\nb\tc",
                "$(reboot) `reboot`; reboot"
            })
    void whatever_is_in_a_name_stays_in_its_place(String hostile) throws Exception {
        Disk disk = new Disk(hostile, new Source("/srv/" + hostile, null, DiskFormat.raw), null, null);
        VirtualMachineSpec spec = spec(List.of(disk), List.of(new Interface("net", hostile, hostile)));

        Document plain = parsed(defined(
                spec(
                        List.of(new Disk("d", new Source("/srv/d", null, DiskFormat.raw), null, null)),
                        List.of(new Interface("net", "br0", "52:54:00:00:00:01"))),
                TAG,
                true));
        Document document = parsed(defined(spec, new DomainTag(TILL, hostile, hostile), true));

        assertThat(elements(document)).isEqualTo(elements(plain));
        assertThat(first(document, "title").getTextContent()).isEqualTo(hostile + "/" + hostile);
        assertThat(first(document, "perene:virtualmachine").getAttribute("name"))
                .isEqualTo(hostile);
        assertThat(first(document, "mac").getAttribute("address")).isEqualTo(hostile);
        assertThat(within(document, "disk", "source").getAttribute("file")).isEqualTo("/srv/" + hostile);
        assertThat(within(document, "disk", "serial").getTextContent()).isEqualTo(hostile);
    }

    @Test
    void the_name_that_libvirt_makes_files_of_comes_from_the_uid_alone() throws Exception {
        Document document =
                parsed(defined(spec(List.of(SHARED), List.of()), new DomainTag(TILL, "../..", "/etc"), true));

        assertThat(first(document, "name").getTextContent()).isEqualTo("perene-" + TILL);
        assertThat(first(document, "uuid").getTextContent()).isEqualTo(TILL.toString());
        assertThat(first(document, "log").getAttribute("file"))
                .isEqualTo("/var/log/libvirt/qemu/perene-" + TILL + "-console.log");
    }

    @Test
    void an_address_that_nobody_gave_is_the_same_at_every_start() throws Exception {
        assertThat(macAddress(TILL, "net")).isEqualTo(macAddress(TILL, "net")).matches("52:54:00(:[0-9a-f]{2}){3}");
    }

    @Test
    void interfaces_and_machines_do_not_share_such_an_address() throws Exception {
        String address = macAddress(TILL, "net");

        assertThat(macAddress(TILL, "net2")).isNotEqualTo(address);
        assertThat(macAddress(UUID.fromString("11111111-2222-4333-8444-555555555556"), "net"))
                .isNotEqualTo(address);
    }

    @Test
    void a_disk_keeps_its_letter_whatever_stands_before_it() throws Exception {
        Disk cd = new Disk("cd", null, null, new Cdrom("/srv/images/a.iso"));
        Disk other = new Disk("other", new Source("/srv/shared/o.img", null, DiskFormat.raw), null, null);

        assertThat(letters(spec(List.of(other, SHARED), List.of()))).containsExactly("vda", "vdb");
        assertThat(letters(spec(List.of(cd, SHARED), List.of()))).containsExactly("sda", "vdb");
    }

    @Test
    void an_overlay_is_laid_over_the_definition() throws Exception {
        VirtualMachineSpec spec = SpecEdit.with(
                spec(List.of(SHARED), List.of()),
                "domainOverlay",
                "<domain><cpu mode='host-passthrough'/><features><hyperv><relaxed state='on'/></hyperv></features>"
                        + "<devices><rng model='virtio'><backend model='random'>/dev/urandom</backend></rng></devices>"
                        + "</domain>");

        Document document = parsed(defined(spec, TAG, true));

        assertThat(first(document, "cpu").getAttribute("mode")).isEqualTo("host-passthrough");
        assertThat(all(document, "cpu")).hasSize(1);
        assertThat(within(document, "features", "acpi")).isNotNull();
        assertThat(within(document, "features", "relaxed").getAttribute("state"))
                .isEqualTo("on");
        assertThat(within(document, "devices", "backend").getTextContent()).isEqualTo("/dev/urandom");
        assertThat(within(document, "devices", "disk")).isNotNull();
    }

    @Test
    void a_screen_is_shown_on_the_loopback_address_alone() throws Exception {
        VirtualMachineSpec plain = spec(List.of(SHARED), List.of());
        VirtualMachineSpec screen = SpecEdit.with(plain, "graphics", Graphics.VNC);
        DomainTag tag = new DomainTag(UUID.randomUUID(), "shop", "till");

        Document without = parsed(defined(plain, tag, true));
        Document with = parsed(defined(screen, tag, true));

        assertThat(without.getElementsByTagName("graphics").getLength()).isZero();
        assertThat(without.getElementsByTagName("video").getLength()).isZero();
        assertThat(first(with, "graphics").getAttribute("type")).isEqualTo("vnc");
        assertThat(first(with, "graphics").getAttribute("listen")).isEqualTo("127.0.0.1");
        assertThat(first(with, "graphics").getAttribute("port")).isEqualTo("-1");
        assertThat(first(with, "graphics").getAttribute("autoport")).isEqualTo("yes");
        assertThat(with.getElementsByTagName("video").getLength()).isOne();
    }

    private static VirtualMachineSpec spec(List<Disk> disks, List<Interface> interfaces) {
        VirtualMachineSpec plain = Situations.spec(VirtualMachineSpec.RunStrategy.Always, 120);
        VirtualMachineSpec sized = SpecEdit.with(
                SpecEdit.with(plain, "cpu", new Cpu(2, null)), "memory", new Memory(new Quantity("512Mi"), null));
        return SpecEdit.with(SpecEdit.with(sized, "disks", disks), "interfaces", interfaces);
    }

    private static String defined(VirtualMachineSpec spec, DomainTag tag, boolean accelerated) {
        UUID uid = tag.uid();
        return DomainDefinition.of(spec, new DomainIdentity(uid, DomainIdentity.name(uid), tag), accelerated);
    }

    /** {@code -Dperene.golden=write} writes the files anew. */
    private static void compare(String definition, String file) throws IOException {
        Path golden = Path.of("src/test/resources/vm", file);
        if ("write".equals(System.getProperty("perene.golden"))) {
            Files.writeString(golden, definition);
        }
        assertThat(definition).isEqualTo(Files.readString(golden));
    }

    private static String macAddress(UUID uid, String name) throws Exception {
        VirtualMachineSpec spec = spec(List.of(SHARED), List.of(new Interface(name, "br0", null)));
        return first(parsed(defined(spec, new DomainTag(uid, "shop", "till"), true)), "mac")
                .getAttribute("address");
    }

    private static List<String> letters(VirtualMachineSpec spec) throws Exception {
        Document document = parsed(defined(spec, TAG, true));
        return all(document, "disk")
                .map(disk -> (Element) disk.getElementsByTagName("target").item(0))
                .map(target -> target.getAttribute("dev"))
                .toList();
    }

    private static Document parsed(String xml) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> elements(Document document) {
        return all(document, "*").map(Element::getTagName).toList();
    }

    private static Stream<Element> all(Document document, String name) {
        var found = document.getElementsByTagName(name);
        return IntStream.range(0, found.getLength()).mapToObj(index -> (Element) found.item(index));
    }

    private static Element first(Document document, String name) {
        return all(document, name).findFirst().orElseThrow();
    }

    private static Element within(Document document, String outer, String inner) {
        return (Element) first(document, outer).getElementsByTagName(inner).item(0);
    }
}
