/** Commands on hosts over SSH, through Apache MINA. */
@NullMarked
package dev.perene.adapter.ssh;

import org.jspecify.annotations.NullMarked;
