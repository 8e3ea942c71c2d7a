/** Hypervisor: the monitors that keep a picture of every host, and the verdict on it that its status shows. */
@NullMarked
package dev.perene.host;

import org.jspecify.annotations.NullMarked;
