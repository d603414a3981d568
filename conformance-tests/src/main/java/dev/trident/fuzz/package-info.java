/**
 * Starts the fuzzers, which are tests ({@code *Fuzz}) and live with the other tests: in the build
 * they run their seeds only, here they look for new inputs, led by coverage.
 */
@NullMarked
package dev.trident.fuzz;

import org.jspecify.annotations.NullMarked;
