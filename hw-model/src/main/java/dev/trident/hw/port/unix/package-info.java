/**
 * The port {@code unix:}, whose peer is a program at a stream socket of this machine: each Ethernet
 * frame goes behind its length in four bytes, in network order. passt(1) speaks that, which carries
 * TCP and UDP to the world without privileges, QEMU does ({@code -netdev stream}), and this port
 * does at its other end.
 *
 * <p>A port owns its sockets and two buffers; a listening one owns the name in the file system,
 * too. Packet memory stays with the caller. Where peers come from ({@link
 * dev.trident.hw.port.unix.PeerSource}) is apart from what is said to them.
 */
@NullMarked
package dev.trident.hw.port.unix;

import org.jspecify.annotations.NullMarked;
