/**
 * The main job: one workload on all three APIs, and a table of what it cost.
 *
 * <p>The workload is a file that goes from a client to a server and back over one TCP connection:
 * the client sends all of it and half-closes; the server, having read to the end, sends it back and
 * closes; the client compares every byte. Each API does it the way its manual recommends: Treck
 * lends its own buffers to the stack and takes received ones over (no copy by the engine either
 * way), XTI copies in {@code t_snd} and {@code t_rcv}, TCPDirect copies on the way out ({@code
 * zft_send}) and reads in place ({@code zft_zc_recv}).
 *
 * <h2>Columns</h2>
 *
 * Counts and times of a simulated peer come from the simulated run of each API's ordinary blocking
 * program, both ends together. Each is counted where it happens and none is computed from another.
 *
 * <table>
 *   <caption>What each column counts</caption>
 *   <tr><td>calls</td><td>outermost API calls, counted on entry to the host's stack</td></tr>
 *   <tr><td>engine B</td><td>payload bytes the engine copied: from user memory, to it, and inside packet
 *       memory (BYTES_COPIED_IN, _OUT, _WITHIN)</td></tr>
 *   <tr><td>adapter B</td><td>payload bytes the API module copied itself</td></tr>
 *   <tr><td>DMA B</td><td>bytes the adapters read from and wrote to packet memory, headers included</td>
 *       </tr>
 *   <tr><td>hand-overs</td><td>buffers whose ownership passed between user and engine: messages and
 *       loans accepted, handles issued, loans returned</td></tr>
 *   <tr><td>packets, wire B</td><td>frames that the links carried, and their bytes without preamble and
 *       FCS</td></tr>
 *   <tr><td>time</td><td>from the client's first call to its last: virtual over the simulated link,
 *       real over a port</td></tr>
 *   <tr><td>CPU/MiB</td><td>thread CPU time of the measured run per MiB of payload moved, both ends and
 *       both directions; over a port the one end that is ours</td></tr>
 *   <tr><td>garbage/MiB</td><td>heap bytes that thread allocated, per MiB likewise</td></tr>
 * </table>
 *
 * CPU time and garbage come from a real-time run of the non-blocking form of the same program in a
 * polled fabric on one platform thread, after warm-up, in a JVM of its own for each API: per-thread
 * counters do not serve the virtual threads of a simulation.
 */
@NullMarked
package dev.trident.apps.compare;

import org.jspecify.annotations.NullMarked;
