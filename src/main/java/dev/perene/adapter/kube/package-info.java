/** The API server, through the Fabric8 client and the Java Operator SDK. */
@NullMarked
package dev.perene.adapter.kube;

import org.jspecify.annotations.NullMarked;
