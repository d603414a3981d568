/**
 * ICMP for IPv4 (RFC 792, RFC 1122 section 3.2.2): answers echo requests, tells transports of
 * errors about their datagrams, and sends errors about datagrams that nobody wants, limited in
 * rate.
 *
 * <p>The layer owns a received message from IP's hand-over to its end and keeps none.
 */
@NullMarked
package dev.trident.icmp;

import org.jspecify.annotations.NullMarked;
