package dev.perene.app;

import dev.perene.port.Journal;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/** Writes the journal into the log: one line, its parts as fields beside the text. */
final class LogJournal implements Journal {
    private static final Logger LOG = Logger.getLogger("perene.journal");

    @Override
    public void write(Entry entry) {
        MDC.put("object", entry.object());
        entry.host().ifPresent(host -> MDC.put("host", host));
        MDC.put("action", entry.action());
        MDC.put("outcome", entry.outcome());
        entry.took().ifPresent(took -> MDC.put("milliseconds", took.toMillis()));
        try {
            LOG.infof(
                    "%s: %s %s%s%s%s",
                    entry.object(),
                    entry.action(),
                    entry.outcome(),
                    entry.host().map(host -> " on " + host).orElse(""),
                    entry.took().map(took -> " in " + took.toMillis() + " ms").orElse(""),
                    entry.reason().isEmpty() ? "" : ": " + entry.reason());
        } finally {
            MDC.clear();
        }
    }
}
