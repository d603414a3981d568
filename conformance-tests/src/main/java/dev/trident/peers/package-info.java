/**
 * The engine against the Linux kernel's TCP, in real time: iperf3 in both directions and transfers
 * with checked contents, over a TAP device, or behind it a router and a pair of virtual Ethernet
 * devices, with one of our links in between that loses, delays, reorders and marks.
 *
 * <p>One experiment is one network of its own: namespaces, devices and settings of the kernel are
 * made for it and removed after it, whatever happens. Our side is one polled host on one thread,
 * which waits for its peer, too: everything here is called from that thread.
 */
@NullMarked
package dev.trident.peers;

import org.jspecify.annotations.NullMarked;
