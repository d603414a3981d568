/**
 * Packet memory: who owns which byte.
 *
 * <pre>
 *   Slab          one bounded native segment per stack, freed when the stack closes
 *   PacketPool    cuts the slab into 2 KiB cells (LIFO) and an area of runs; owns every Storage
 *   Storage       a counted piece of the slab: a Packet (one cell) or a Run (1..33 adjacent cells)
 *   Packet        the engine's handle of one cell: a frame, a segment, a datagram
 *   Fragment      bytes of a frame that lie elsewhere: in a Run, or in a buffer lent by the user
 *   SendLoan      a user's buffer on loan until every segment made of it is acknowledged and no
 *                 device reads it; then its free function is queued, once
 *   CellBuf       what the public edge sees: a Netty buffer over part of a Storage
 *   Completions   free functions and readiness edges waiting for the end of the outermost call
 * </pre>
 *
 * <p>Rules. A reference is owned by exactly one holder: a queue, a ring, a device or a handle; who
 * hands a packet on either passes its reference or retains first, and each method says which. A
 * packet given to a device is immutable until the device has completed it: {@link
 * dev.trident.buffer.Packet#isHeldByDevice()} is the question to ask before writing. Releasing more
 * often than retaining throws {@link java.lang.IllegalStateException} naming the cell. Counts are
 * plain: calls on one stack are serialised by its host; only {@code SharedCellBuf}, used by hosts
 * with a driver thread, may be released from any thread.
 *
 * <p>This room and {@code endpoint}, {@code c} and the APIs are the only ones that name Netty
 * types.
 */
@NullMarked
package dev.trident.buffer;

import org.jspecify.annotations.NullMarked;
