/**
 * The port {@code shm:}, whose peer is another process of this machine: two rings in a file that
 * both map.
 *
 * <p>A port owns its descriptors, its mapping and one end of the wire; a lock says so, which the
 * kernel gives back whatever becomes of the process. The files belong to whoever is there: the last
 * to leave removes them, and what killed processes leave behind is found unlocked and used again.
 * Packet memory is not shared, frames are copied in and out.
 *
 * <p>What the other process writes is never trusted: see {@link dev.trident.hw.port.shm.RingReader}
 * and {@link dev.trident.hw.port.shm.RingWriter}. {@code hw.nic.FrameRing} has the same shape
 * between threads of one process that do trust each other, and carries what only they have.
 */
@NullMarked
package dev.trident.hw.port.shm;

import org.jspecify.annotations.NullMarked;
