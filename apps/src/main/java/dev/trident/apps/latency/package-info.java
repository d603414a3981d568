/**
 * What the ways of a frame to the wire are worth, by the adapter model's figures: virtual time, no
 * measurement.
 */
@NullMarked
package dev.trident.apps.latency;

import org.jspecify.annotations.NullMarked;
