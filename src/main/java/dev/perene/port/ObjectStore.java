package dev.perene.port;

import dev.perene.api.HAPolicy;
import dev.perene.api.Hypervisor;
import dev.perene.api.VirtualMachine;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;

/** The API server as reconcilers see it. Safe for use by several threads. */
public interface ObjectStore {

    /** All Hypervisors, from the cache. */
    Collection<Hypervisor> hypervisors();

    /** All VirtualMachines, from the cache. */
    Collection<VirtualMachine> virtualMachines();

    /** Those of them that name something which only one may have: see {@link dev.perene.api.VirtualMachineSpec#claims()}. */
    Collection<VirtualMachine> claimants(String claim);

    /** All HAPolicies, from the cache. */
    Collection<HAPolicy> policies();

    /**
     * Replaces the status by PUT, provided that the object still has the resourceVersion of the one given (R1).
     *
     * @param <R> the kind
     * @param changed the object that the decision was computed from, with the next status in it
     * @return what became of it
     */
    <R extends HasMetadata> Written<R> replaceStatus(R changed);

    /**
     * Replaces the finalizers and nothing else, under the same condition. The spec belongs to people: not even the
     * defaults that reading filled in may be written back.
     *
     * @param <R> the kind
     * @param changed the object that the decision was computed from, with its next finalizers
     * @return what became of it
     */
    <R extends HasMetadata> Written<R> replaceFinalizers(R changed);

    /** Records a Kubernetes event about an object. Best effort: returns at once, never throws. */
    void announce(HasMetadata about, Announcement announcement);

    /**
     * What became of a conditional write.
     *
     * @param <R> the kind
     */
    sealed interface Written<R> {
        /**
         * It was taken.
         *
         * @param <R> the kind
         * @param object as the server has it now
         */
        record Accepted<R>(R object) implements Written<R> {}

        /**
         * Somebody else wrote first, or the object is gone: decide anew.
         *
         * @param <R> the kind
         */
        record Outdated<R>() implements Written<R> {}

        /**
         * Nobody knows whether it was taken: read from the server and decide anew.
         *
         * @param <R> the kind
         * @param why a sentence for people
         */
        record Unknown<R>(String why) implements Written<R> {}
    }

    /**
     * A Kubernetes event.
     *
     * @param warning whether a person should look at it
     * @param reason one CamelCase word
     * @param message a sentence
     */
    record Announcement(boolean warning, String reason, String message) {}
}
