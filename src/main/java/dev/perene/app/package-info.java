/** Wiring, configuration, metrics, health and the command line. */
@NullMarked
package dev.perene.app;

import org.jspecify.annotations.NullMarked;
