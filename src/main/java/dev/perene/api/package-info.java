/** The custom resources of {@code perene.dev/v1alpha1} as records, and the rules that their specs obey. */
@NullMarked
package dev.perene.api;

import org.jspecify.annotations.NullMarked;
