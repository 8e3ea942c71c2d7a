package dev.perene.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be said of one document of a manifest before anybody sends it to an API server. Reads no file and asks no
 * server; says in one go what the server says in two or three.
 */
public sealed interface ManifestCheck {
    /**
     * Where the document stands.
     *
     * @return its number in the text, from 1; empty documents are not counted
     */
    int document();

    /**
     * A document of Perene's.
     *
     * @param document its number in the text, from 1
     * @param kind as written
     * @param name of the object, empty when it has none
     * @param violations all that is wrong with it, empty when nothing is
     */
    record Checked(int document, String kind, String name, List<Violation> violations) implements ManifestCheck {
        public Checked {
            violations = List.copyOf(violations);
        }
    }

    /**
     * A document of somebody else's, which was not looked at.
     *
     * @param document its number in the text, from 1
     * @param apiVersion as written
     * @param kind as written
     */
    record Skipped(int document, String apiVersion, String kind) implements ManifestCheck {}

    /**
     * A document that is no YAML object. Nothing after it was read.
     *
     * @param document its number in the text, from 1
     * @param line of the whole text, from 1; 0 when it is not known
     * @param problem what is wrong
     */
    record Unreadable(int document, int line, String problem) implements ManifestCheck {}

    /**
     * Checks all documents of a text; the objects of a {@code List} one by one.
     *
     * @param yaml YAML or JSON, one document or several
     * @return one answer or more per document, in their order; empty for an empty text; never throws
     */
    static List<ManifestCheck> of(String yaml) {
        ManifestReader.Reading reading = ManifestReader.read(yaml);
        List<ManifestCheck> answers = new ArrayList<>();
        int document = 0;
        for (JsonNode node : reading.documents()) {
            document++;
            answers.addAll(DocumentCheck.check(document, node));
        }
        int broken = document + 1;
        reading.problem().ifPresent(problem -> answers.add(new Unreadable(broken, problem.line(), problem.sentence())));
        return List.copyOf(answers);
    }
}
