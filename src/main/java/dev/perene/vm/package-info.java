/** VirtualMachine: what is decided for it, the domain that is made of it, and the reconciler that does both. */
@NullMarked
package dev.perene.vm;

import org.jspecify.annotations.NullMarked;
