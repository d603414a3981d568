/**
 * IPv4 (RFC 791, RFC 1122 section 3): routes, input checks, fragments, output. Input hands each
 * datagram with its reference to a {@link dev.trident.ip.ProtocolHandler}; output never takes the
 * caller's reference.
 *
 * <p>Reassembly owns the cells of fragments from their arrival until their datagram is whole or
 * given up. A whole one is the packet of fragment zero, which owns the cells of the others through
 * its {@link dev.trident.buffer.Fragment}s; releasing it releases all. The other way round each
 * fragment that is sent is a packet of its own, whose {@code Fragment}s keep the cells of the
 * datagram that it was cut from until the device has read it.
 */
@NullMarked
package dev.trident.ip;

import org.jspecify.annotations.NullMarked;
