package dev.perene.port;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All cases of the contract, and how they are played on a host. */
public final class LibvirtContract {
    private LibvirtContract() {}

    /**
     * One case.
     *
     * @param name what is to be seen
     * @param script what is done
     */
    public record Case(String name, Script script) {}

    /** What is done in a case. */
    public interface Script {
        /** Plays it. */
        void play(ContractPlay play) throws LibvirtFailure;
    }

    /** All of them. */
    public static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        cases.addAll(DefinitionCases.all());
        cases.addAll(LifeCases.all());
        cases.addAll(ByHandCases.all());
        cases.addAll(EditCases.all());
        cases.addAll(ConnectionCases.all());
        cases.addAll(FileCases.all());
        return cases;
    }

    /** Plays all cases; by name what was seen. */
    public static Map<String, List<String>> play(ContractStage stage) throws LibvirtFailure {
        Map<String, List<String>> seen = new LinkedHashMap<>();
        for (Case each : cases()) {
            try (ContractPlay play = new ContractPlay(stage)) {
                each.script().play(play);
                seen.put(each.name(), play.seen());
            }
        }
        return seen;
    }
}
