/** Interfaces to the world and the observations that they yield. Nothing here does I/O. */
@NullMarked
package dev.perene.port;

import org.jspecify.annotations.NullMarked;
