/**
 * Fault simulation: random hosts, links and programs of all three APIs from one seed, faults on
 * every link, and checks of safety all the time and of liveness after the faults stop.
 *
 * <p>Everything that happens follows from the seed and the printed options. Programs own their
 * endpoints and buffers; the run owns hosts and links and, at the end, counts what came back.
 */
@NullMarked
package dev.trident.simulation;

import org.jspecify.annotations.NullMarked;
