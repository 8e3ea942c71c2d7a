package dev.perene.adapter.libvirt;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import org.libvirt.jna.ConnectionPointer;

/** Calls of the C library that libvirt-java does not bind. Names and meanings are those of {@code libvirt-domain.h}. */
interface LibvirtStats extends Library {
    LibvirtStats INSTANCE = Native.load("virt", LibvirtStats.class);

    /** {@code VIR_DOMAIN_STATS_STATE}: answered from the daemon's memory, without asking any QEMU. */
    int STATE = 1;

    int virConnectGetAllDomainStats(ConnectionPointer connection, int stats, PointerByReference records, int flags);

    int virDomainListGetStats(Pointer[] domains, int stats, PointerByReference records, int flags);

    void virDomainStatsRecordListFree(Pointer records);

    Pointer virDomainLookupByUUIDString(ConnectionPointer connection, String uuid);

    int virDomainGetUUIDString(Pointer domain, byte[] buffer);

    String virDomainGetName(Pointer domain);

    Pointer virDomainGetMetadata(Pointer domain, int type, String uri, int flags);

    int virDomainGetInfo(Pointer domain, Pointer info);

    int virDomainFree(Pointer domain);
}
