package dev.perene.adapter.kube;

import dev.perene.port.ObjectStore.Announcement;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Writes Kubernetes events beside the work, and the same into the log. When the API server is away they are dropped: the status tells the same. */
final class EventRecorder implements AutoCloseable {
    private static final int MOST_WAITING = 1000;
    private static final int LONGEST_MESSAGE = 1024;
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final KubernetesClient client;
    private final ThreadPoolExecutor sender = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().daemon().name("events").factory());

    EventRecorder(KubernetesClient client) {
        this.client = client;
    }

    void record(HasMetadata about, Announcement announcement) {
        String namespace = about.getMetadata().getNamespace();
        System.getLogger("perene.events")
                .log(
                        announcement.warning() ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
                        "{0} {1}{2}: {3}: {4}",
                        about.getKind(),
                        namespace == null ? "" : namespace + "/",
                        about.getMetadata().getName(),
                        announcement.reason(),
                        announcement.message());
        try {
            sender.execute(() -> send(about, announcement));
        } catch (RejectedExecutionException tooMany) {
            System.getLogger(EventRecorder.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "dropped event {0}: {1} wait already",
                            announcement,
                            MOST_WAITING);
        }
    }

    @Override
    public void close() {
        sender.shutdown();
    }

    private void send(HasMetadata about, Announcement announcement) {
        String namespace = about.getMetadata().getNamespace() == null
                ? "default"
                : about.getMetadata().getNamespace();
        String message = announcement.message();
        var event = new EventBuilder()
                .withNewMetadata()
                .withGenerateName(about.getMetadata().getName() + ".")
                .withNamespace(namespace)
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withName(about.getMetadata().getName())
                .withNamespace(about.getMetadata().getNamespace())
                .withUid(about.getMetadata().getUid())
                .endInvolvedObject()
                .withType(announcement.warning() ? "Warning" : "Normal")
                .withReason(announcement.reason())
                .withAction("Reconcile")
                .withMessage(message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) : message)
                .withEventTime(new MicroTime(MICROSECONDS.format(Instant.now())))
                .withReportingComponent("perene.dev/operator")
                .withReportingInstance("operator")
                .build();
        try {
            client.v1().events().inNamespace(namespace).resource(event).create();
        } catch (KubernetesClientException failure) {
            System.getLogger(EventRecorder.class.getName())
                    .log(System.Logger.Level.WARNING, "an event was not taken: {0}", failure.getMessage());
        }
    }
}
