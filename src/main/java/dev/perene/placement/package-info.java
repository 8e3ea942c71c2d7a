/** Where a virtual machine may and should run. Pure. */
@NullMarked
package dev.perene.placement;

import org.jspecify.annotations.NullMarked;
