/**
 * Option buffers given with a call: their layout and the few options that this provider knows. The
 * endpoint owns the values.
 */
@NullMarked
package dev.trident.xti.option;

import org.jspecify.annotations.NullMarked;
