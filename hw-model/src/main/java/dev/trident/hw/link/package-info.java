/**
 * What joins adapters: the direct wire, links with rate, delay, queue and faults, and a switch.
 *
 * <p>A direct wire keeps nothing. A configured link owns memory for the frames in flight, and their
 * events stand in the heap of the fabric or simulation. Everything random comes from a seed.
 *
 * <p>What goes wrong is counted by its kind: losses by chance, in bursts and by a cut, full queues,
 * frames that arrive twice, late, broken or marked; at a switch, what a partition kept apart.
 */
@NullMarked
package dev.trident.hw.link;

import org.jspecify.annotations.NullMarked;
