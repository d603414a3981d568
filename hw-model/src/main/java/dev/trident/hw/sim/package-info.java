/**
 * Simulation: any number of hosts in virtual time, from one seed, with ordinary blocking programs
 * on them.
 *
 * <p>Exactly one thread runs at a time: the one that holds the baton. Whoever holds it owns all
 * state of the simulation, runs the events that are due at its scheduling points, and passes the
 * baton to the program with the least time.
 */
@NullMarked
package dev.trident.hw.sim;

import org.jspecify.annotations.NullMarked;
