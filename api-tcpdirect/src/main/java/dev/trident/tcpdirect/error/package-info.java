/** From the engine's errors to the error numbers of Linux: one class, used by every other room. */
@NullMarked
package dev.trident.tcpdirect.error;

import org.jspecify.annotations.NullMarked;
