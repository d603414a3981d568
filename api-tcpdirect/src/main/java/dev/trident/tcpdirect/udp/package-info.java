/**
 * UDP zockets (guide, zf_udp.h): one kind receives, by zero copy; the other sends to one address.
 *
 * <p>A {@link dev.trident.tcpdirect.udp.UdpReceiver} owns the datagram it shows until done; a
 * {@link dev.trident.tcpdirect.udp.UdpSender} copies and keeps nothing.
 */
@NullMarked
package dev.trident.tcpdirect.udp;

import org.jspecify.annotations.NullMarked;
