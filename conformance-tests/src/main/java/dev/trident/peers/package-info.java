/**
 * The engine against the Linux kernel, in real time, over a TAP device, or behind it a router and a
 * pair of virtual Ethernet devices. Experiments are transfers by TCP: iperf3 in both directions,
 * and such with checked contents, with one of our links in between that loses, delays, reorders and
 * marks. Talks are what lies below: pings, datagrams, groups, and programs that look at a host.
 *
 * <p>One experiment is one network of its own: namespaces, devices and settings of the kernel are
 * made for it and removed after it, whatever happens. Our side is one polled host on one thread,
 * which waits for its peer, too: everything here is called from that thread.
 */
@NullMarked
package dev.trident.peers;

import org.jspecify.annotations.NullMarked;
