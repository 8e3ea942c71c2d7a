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

    /**
     * The private key in a Secret of type {@code kubernetes.io/ssh-auth}.
     *
     * @return the key as it was put there
     * @throws IOException as {@link #secret}, or when the Secret has no such entry
     */
    default byte[] privateKey(SecretReference reference) throws IOException {
        byte[] key = secret(reference).get("ssh-privatekey");
        if (key == null) {
            throw new IOException(
                    "Secret " + reference.namespace() + "/" + reference.name() + " has no entry ssh-privatekey");
        }
        return key;
    }
}
