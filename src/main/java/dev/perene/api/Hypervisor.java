package dev.perene.api;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A Linux machine with libvirt on which Perene may run virtual machines. Cluster-scoped. */
@Group(PereneApi.GROUP)
@Version(PereneApi.VERSION)
@ShortNames("hv")
public final class Hypervisor extends CustomResource<HypervisorSpec, HypervisorStatus> {
    private static final long serialVersionUID = 1;
}
