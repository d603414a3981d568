/** Deadlines and the timer wheel. Clocks live in hw-model; time comes in as an argument. */
@NullMarked
package dev.trident.time;

import org.jspecify.annotations.NullMarked;
