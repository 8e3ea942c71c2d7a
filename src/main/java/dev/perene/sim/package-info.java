/**
 * A cluster in memory: hosts with libvirt and guests, an API server and operators' processes, on a virtual clock. The
 * same orders give the same run to the last line. Tests wire the real reconcilers to it.
 */
@NullMarked
package dev.perene.sim;

import org.jspecify.annotations.NullMarked;
