/** Tests of the peers on the kernel; those that make a network are tagged {@code net}. */
@NullMarked
package dev.trident.apps.net;

import org.jspecify.annotations.NullMarked;
