/**
 * The wiring: one {@link dev.trident.stack.NetworkStack} owns the pool, the wheel, the layers and
 * the endpoints of one stack.
 */
@NullMarked
package dev.trident.stack;

import org.jspecify.annotations.NullMarked;
