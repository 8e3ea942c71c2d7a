package dev.perene.port;

import dev.perene.api.HypervisorSpec.SecretReference;
import java.io.IOException;
import java.util.Map;

/** Where Secrets are read. Safe for use by several threads. */
public interface SecretSource {

    /**
     * Reads a Secret.
     *
     * @return its entries, decoded
     * @throws IOException when there is none or the server does not answer; the message names the Secret
     */
    Map<String, byte[]> secret(SecretReference reference) throws IOException;
}
