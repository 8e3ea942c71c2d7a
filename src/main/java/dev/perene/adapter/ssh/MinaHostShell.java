package dev.perene.adapter.ssh;

import dev.perene.api.HypervisorSpec;
import dev.perene.port.HostShell;
import dev.perene.port.SecretSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.session.SessionHeartbeatController.HeartbeatType;
import org.apache.sshd.common.util.security.SecurityUtils;

/**
 * Keeps one SSH session per host and runs commands over it. A host that shows another key than the pinned one is not
 * talked to.
 */
public final class MinaHostShell implements HostShell, AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private final SecretSource secrets;
    private final SshClient client = SshClient.setUpDefaultClient();
    private final Map<HypervisorSpec.Ssh, ClientSession> sessions = new ConcurrentHashMap<>();

    /** A shell that takes the operator's private keys from the given Secrets. */
    public MinaHostShell(SecretSource secrets) {
        this.secrets = secrets;
        client.setServerKeyVerifier((session, address, key) -> {
            AttributeRepository context = session.getConnectionContext();
            PublicKey pinned = context == null ? null : context.getAttribute(PinnedKey.ATTRIBUTE);
            return pinned != null && KeyUtils.compareKeys(pinned, key);
        });
        client.setSessionHeartbeat(HeartbeatType.IGNORE, HEARTBEAT);
        client.setUserAuthFactoriesNameList("publickey");
        client.start();
    }

    @Override
    public Result run(HypervisorSpec.Ssh host, List<String> command, Duration deadline) throws IOException {
        ClientSession session = session(host, deadline);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        try (ClientChannel channel = session.createExecChannel(quoted(command))) {
            channel.setOut(output);
            channel.setErr(errors);
            channel.open().verify(deadline);
            var seen = channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), deadline);
            if (seen.contains(ClientChannelEvent.TIMEOUT)) {
                throw new IOException(command.getFirst() + " did not end within " + deadline.toSeconds() + " s");
            }
            Integer status = channel.getExitStatus();
            if (status == null) {
                throw new IOException("the SSH session ended while " + command.getFirst() + " ran");
            }
            return new Result(status, output.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            forget(host);
            throw failure;
        }
    }

    @Override
    public void forget(HypervisorSpec.Ssh host) {
        ClientSession session = sessions.remove(host);
        if (session != null) {
            session.close(true);
        }
    }

    @Override
    public void close() {
        client.stop();
    }

    private ClientSession session(HypervisorSpec.Ssh host, Duration deadline) throws IOException {
        ClientSession known = sessions.get(host);
        if (known != null && known.isOpen()) {
            return known;
        }
        ClientSession session = connect(host, deadline);
        ClientSession other = sessions.put(host, session);
        if (other != null) {
            other.close(true);
        }
        return session;
    }

    private ClientSession connect(HypervisorSpec.Ssh host, Duration deadline) throws IOException {
        KeyPair own = ownKey(host);
        PublicKey pinned = pinnedKey(host);
        ClientSession session = client.connect(
                        host.user(), host.address(), host.port(), PinnedKey.context(pinned), null)
                .verify(deadline)
                .getClientSession();
        try {
            session.addPublicKeyIdentity(own);
            session.auth().verify(deadline);
            return session;
        } catch (IOException failure) {
            session.close(true);
            throw new IOException(
                    "SSH to " + host.user() + "@" + host.address() + " port " + host.port() + ": "
                            + failure.getMessage(),
                    failure);
        }
    }

    private KeyPair ownKey(HypervisorSpec.Ssh host) throws IOException {
        byte[] key = secrets.privateKey(host.secretRef());
        String secret = host.secretRef().namespace() + "/" + host.secretRef().name();
        try {
            for (KeyPair pair :
                    SecurityUtils.loadKeyPairIdentities(null, () -> secret, new ByteArrayInputStream(key), null)) {
                return pair;
            }
        } catch (GeneralSecurityException unreadable) {
            throw new IOException("the key in Secret " + secret + " is not a private key", unreadable);
        }
        throw new IOException("the key in Secret " + secret + " is not a private key");
    }

    private static PublicKey pinnedKey(HypervisorSpec.Ssh host) throws IOException {
        try {
            return PublicKeyEntry.parsePublicKeyEntry(host.hostKey()).resolvePublicKey(null, Map.of(), null);
        } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
            throw new IOException("spec.ssh.hostKey is not a public key", unreadable);
        }
    }

    /** One line for the login shell in which every argument is one word, whatever is in it. */
    static String quoted(List<String> command) {
        return command.stream()
                .map(argument -> "'" + argument.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
    }
}
