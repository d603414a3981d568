/**
 * JMH benchmarks of what must be fast; {@code benchmarks/README.md} says how to run and read them.
 */
@NullMarked
package dev.trident.benchmarks;

import org.jspecify.annotations.NullMarked;
