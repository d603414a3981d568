/**
 * The simulation held to its own word: seeds that must pass on every commit, and ends and programs
 * that are wrong on purpose, which must be reported.
 */
@NullMarked
package dev.trident.simulation;

import org.jspecify.annotations.NullMarked;
