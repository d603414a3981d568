/**
 * What {@code trident bench} measures in real time: the adapter in process, several threads, shared
 * memory between processes. Each compares two things within one run, taken in turn, since machines
 * are shared and noisy; what a run says in absolute figures holds for its machine and its hour.
 *
 * <p>Benchmarks of single pieces of the engine are in the module {@code benchmarks}.
 */
@NullMarked
package dev.trident.apps.bench;

import org.jspecify.annotations.NullMarked;
