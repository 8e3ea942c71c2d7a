/** Whether an address answers. */
@NullMarked
package dev.perene.adapter.probe;

import org.jspecify.annotations.NullMarked;
