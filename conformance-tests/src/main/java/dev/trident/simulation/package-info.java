/**
 * Fault simulation: random hosts, links and programs of all three APIs from one seed, faults on
 * every link, and checks of safety all the time and of liveness after the faults stop.
 *
 * <p>Everything that happens follows from {@link dev.trident.simulation.SimulationOptions}, which
 * {@link dev.trident.simulation.SimArguments} draws and prints without loss. Who owns what:
 *
 * <pre>
 *   SimulationRun   the simulation, the order of events, the verdict
 *     Topology      hosts (Node) and links         FaultSpec, FaultLog   what links do wrong
 *     Casting       draws the programs
 *       Program     its endpoints, its dice; StreamEnd and DatagramEnd hide the API, ZfRoom owns a
 *                   TCPDirect stack for all who share it
 *     Ledger        complaints and counts; Loans: user buffers, each to be freed exactly once
 *     Invariants    what must have come back at the end
 *   Shrinker, Soak  many runs, each a SimulationRun of its own
 * </pre>
 *
 * <p>Bits that flip behind the FCS are such that the Internet checksum finds them, and no frame is
 * struck twice; so a wrong byte at a program is always a fault of ours.
 */
@NullMarked
package dev.trident.simulation;

import org.jspecify.annotations.NullMarked;
