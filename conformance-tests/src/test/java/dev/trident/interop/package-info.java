/**
 * Conversations with the Linux kernel over real devices, in network namespaces of their own. Tagged
 * {@code net}; see {@link dev.trident.testkit.NeedsNet} for when they run.
 */
@NullMarked
package dev.trident.interop;

import org.jspecify.annotations.NullMarked;
