/** Hosts' libvirt, through libvirt-java and JNA. */
@NullMarked
package dev.perene.adapter.libvirt;

import org.jspecify.annotations.NullMarked;
