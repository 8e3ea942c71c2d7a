package dev.perene.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perene.sim.SimulatedStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The simulator answers as a real libvirt does. What the real one answered is kept in a file, so that this is tested where
 * there is no lab; {@code -Dperene.golden=write} in the lab writes it anew.
 */
class LibvirtContractTest {
    private static final Path RECORDED = Path.of("src/test/resources/port/libvirt-contract.txt");

    @Test
    void the_simulator_answers_as_libvirt_was_recorded_to() throws LibvirtFailure, IOException {
        assertThat(text(simulated())).isEqualTo(Files.readString(RECORDED));
    }

    @Test
    @Tag("lab")
    void the_simulator_answers_as_libvirt_does() throws LibvirtFailure, IOException {
        Map<String, List<String>> real = LibvirtContract.play(new LabStage());
        if ("write".equals(System.getProperty("perene.golden"))) {
            Files.createDirectories(RECORDED.getParent());
            Files.writeString(RECORDED, text(real));
        }
        Map<String, List<String>> simulated = simulated();

        long equal = real.entrySet().stream()
                .filter(each -> each.getValue().equals(simulated.get(each.getKey())))
                .count();
        System.out.println("contract libvirt: cases=" + real.size() + " equal=" + equal);

        assertThat(text(simulated)).isEqualTo(text(real));
    }

    private static Map<String, List<String>> simulated() throws LibvirtFailure {
        try (SimulatedStage stage = new SimulatedStage()) {
            return LibvirtContract.play(stage);
        }
    }

    private static String text(Map<String, List<String>> seen) {
        return seen.entrySet().stream()
                .map(each -> each.getKey() + "\n"
                        + each.getValue().stream()
                                .map(line -> "    " + line + "\n")
                                .collect(Collectors.joining()))
                .collect(Collectors.joining("\n"));
    }
}
