package dev.perene;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may use whom. The table is the architecture; a room that is not in it fails. */
class ArchitectureTest {
    private static final String ROOT = "dev.perene.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.perene");

    /** Rooms, and the rooms that each may use. */
    private static final Map<String, List<String>> ROOMS = Map.of(
            "api", List.of(),
            "port", List.of("api"),
            "placement", List.of("api"),
            "host", List.of("api", "port", "placement"),
            "vm", List.of("api", "port", "placement", "ownership"),
            "adapter", List.of("api", "port"),
            "sim", List.of("api", "port"),
            "app", List.of("api", "port", "placement", "host", "vm", "adapter"));

    /** Classes that decide: they see values only. */
    private static final Map<String, List<String>> PLANNERS = Map.of(
            "vm",
                    List.of(
                            "VirtualMachinePlanner",
                            "Situation",
                            "Decision",
                            "Stop",
                            "Move",
                            "Upkeep",
                            "Adoption",
                            "Claim",
                            "Differences",
                            "Hardware",
                            "Verdict",
                            "DomainDefinition",
                            "SeedSource",
                            "SeedContent",
                            "IsoImage",
                            "RestartBound",
                            "Sighting",
                            "AppliedPolicy",
                            "HAPolicyPlanner"),
            "host", List.of("HypervisorPlanner", "MachineIdentity"));

    static Stream<String> rooms() {
        return ROOMS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void a_room_uses_only_the_rooms_of_its_row(String room) {
        String[] forbidden = ROOMS.keySet().stream()
                .filter(other -> !other.equals(room) && !ROOMS.get(room).contains(other))
                .map(other -> ROOT + other + "..")
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage(ROOT + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden.length == 0 ? new String[] {"nowhere"} : forbidden)
                .check(CLASSES);
    }

    @Test
    void every_package_is_a_room_of_the_table() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("src/main/java/dev/perene"))) {
            Set<String> found =
                    folders.map(folder -> folder.getFileName().toString()).collect(Collectors.toSet());

            assertThat(found).isEqualTo(ROOMS.keySet());
        }
    }

    @Test
    void rooms_have_no_cycles() {
        slices().matching("dev.perene.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void adapters_do_not_use_each_other() {
        slices().matching("dev.perene.adapter.(*)..")
                .should()
                .notDependOnEachOther()
                .check(CLASSES);
    }

    @Test
    void only_adapters_and_the_wiring_do_input_and_output() {
        noClasses()
                .that(resideInAnyPackage(
                        "dev.perene.api..",
                        "dev.perene.port..",
                        "dev.perene.placement..",
                        "dev.perene.host..",
                        "dev.perene.vm.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "java.net..",
                        "java.nio.file..",
                        "org.libvirt..",
                        "com.sun.jna..",
                        "org.apache.sshd..",
                        "io.javaoperatorsdk..",
                        "io.quarkus..",
                        "java.util.logging.."))
                .check(CLASSES);
    }

    static Stream<String> planners() {
        return PLANNERS.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(name -> ROOT + entry.getKey() + "." + name))
                .sorted();
    }

    @ParameterizedTest
    @MethodSource("planners")
    void a_planner_sees_values_only(String planner) {
        DescribedPredicate<JavaClass> interfacesToTheWorld = resideInAPackage("dev.perene.port")
                .and(DescribedPredicate.describe("is an interface with work to do", ArchitectureTest::doesSomething));

        classes()
                .that()
                .haveFullyQualifiedName(planner)
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.not(interfacesToTheWorld)
                        .and(resideInAnyPackage(
                                "java..", "dev.perene..", "org.jspecify..", "io.fabric8.kubernetes.api.model..")))
                .check(CLASSES);
    }

    /** Ports are plain interfaces; observations are records and sealed interfaces. */
    private static boolean doesSomething(JavaClass type) {
        return type.isInterface() && !type.reflect().isSealed();
    }
}
