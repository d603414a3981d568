/**
 * IPv4 (RFC 791, RFC 1122 section 3): routes, input checks, output. Input hands each datagram with
 * its reference to a {@link dev.trident.ip.ProtocolHandler}; output never takes the caller's
 * reference.
 */
@NullMarked
package dev.trident.ip;

import org.jspecify.annotations.NullMarked;
