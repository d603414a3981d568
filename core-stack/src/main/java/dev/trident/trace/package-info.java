/**
 * Drop reasons and counters: one named cell for every packet that is not delivered and for every
 * copy made.
 */
@NullMarked
package dev.trident.trace;

import org.jspecify.annotations.NullMarked;
