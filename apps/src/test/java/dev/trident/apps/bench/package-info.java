/** Tests that the benchmarks run and say what they measured; not of what they measure. */
@NullMarked
package dev.trident.apps.bench;

import org.jspecify.annotations.NullMarked;
