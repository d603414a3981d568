/**
 * Clocks, events and randomness outside the engine: real time, time moved by hand or by a
 * simulation, the heap of what is to happen, and the seeded source of faults.
 */
@NullMarked
package dev.trident.hw.time;

import org.jspecify.annotations.NullMarked;
