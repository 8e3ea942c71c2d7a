package dev.perene.adapter.ssh;

import java.security.PublicKey;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;

/** Carries the key that a host must show into the session that is opened to it. */
final class PinnedKey {
    static final AttributeKey<PublicKey> ATTRIBUTE = new AttributeKey<>();

    private PinnedKey() {}

    static AttributeRepository context(PublicKey key) {
        return AttributeRepository.ofKeyValuePair(ATTRIBUTE, key);
    }
}
