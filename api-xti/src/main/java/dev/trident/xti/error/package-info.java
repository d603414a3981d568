/**
 * Errors: how a failure travels from an endpoint to {@code t_errno}, what the engine's errors mean
 * to each call, and the texts. No state but what one thread failed with last.
 */
@NullMarked
package dev.trident.xti.error;

import org.jspecify.annotations.NullMarked;
