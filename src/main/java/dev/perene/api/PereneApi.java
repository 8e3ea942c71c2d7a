package dev.perene.api;

/** Names that every object of the API group shares. */
public final class PereneApi {
    /** The API group. */
    public static final String GROUP = "perene.dev";

    /** The served and stored version. */
    public static final String VERSION = "v1alpha1";

    /** The finalizer that Perene sets on what it must clean up on hosts. */
    public static final String FINALIZER = GROUP + "/cleanup";

    /** The category of all kinds: {@code kubectl get perene}. */
    public static final String CATEGORY = "perene";

    /** The annotation that restarts a VM whenever its value changes, as {@code kubectl rollout restart} sets one. */
    public static final String RESTARTED_AT = GROUP + "/restartedAt";

    /** The annotation that says what becomes of a VM's domain when the VM is deleted; {@code Release} leaves it as it is. */
    public static final String ON_DELETE = GROUP + "/on-delete";

    /** The annotation that, when {@code "true"}, makes an HAPolicy that of VMs that name none. */
    public static final String DEFAULT_POLICY = GROUP + "/is-default-policy";

    private PereneApi() {}
}
