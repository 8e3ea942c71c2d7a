package dev.perene.adapter.libvirt;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import org.jspecify.annotations.Nullable;
import org.libvirt.jna.ConnectionPointer;

/** Calls of the C library that libvirt-java does not bind. Names and meanings are those of {@code libvirt-domain.h}. */
interface LibvirtCalls extends Library {
    LibvirtCalls INSTANCE = Native.load("virt", LibvirtCalls.class);

    /** {@code VIR_DOMAIN_STATS_STATE}: answered from the daemon's memory, without asking any QEMU. */
    int STATE = 1;

    int virConnectGetAllDomainStats(ConnectionPointer connection, int stats, PointerByReference records, int flags);

    int virDomainListGetStats(Pointer[] domains, int stats, PointerByReference records, int flags);

    void virDomainStatsRecordListFree(Pointer records);

    Pointer virDomainLookupByUUIDString(ConnectionPointer connection, String uuid);

    int virDomainGetUUIDString(Pointer domain, byte[] buffer);

    Pointer virDomainGetXMLDesc(Pointer domain, int flags);

    int virDomainIsPersistent(Pointer domain);

    int virDomainIsActive(Pointer domain);

    int virDomainSetVcpusFlags(Pointer domain, int count, int flags);

    int virDomainSetMemoryFlags(Pointer domain, NativeLong kibibytes, int flags);

    int virDomainAttachDeviceFlags(Pointer domain, String xml, int flags);

    int virDomainUpdateDeviceFlags(Pointer domain, String xml, int flags);

    int virDomainSetMetadata(
            Pointer domain, int type, @Nullable String metadata, @Nullable String key, String uri, int flags);

    int virDomainFree(Pointer domain);
}
