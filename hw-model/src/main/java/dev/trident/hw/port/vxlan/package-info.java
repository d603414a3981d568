/**
 * The port {@code vxlan:}, whose peer is a tunnel end point in reach of UDP: a VXLAN device of
 * another machine or namespace, a switch of a laboratory, or another port of this kind (RFC 7348).
 *
 * <p>A port owns one UDP socket and the memory of its headers; packet memory stays with the caller.
 * It is the end of a wire and no switch: there is one peer and one network identifier, and nothing
 * is learnt.
 */
@NullMarked
package dev.trident.hw.port.vxlan;

import org.jspecify.annotations.NullMarked;
