/**
 * The link layer: what a device is to the engine, interfaces, Ethernet framing and neighbours, and
 * how a host comes by its addresses (RFC 894, RFC 826, RFC 5227, IEEE 802.1Q).
 *
 * <p>A stack owns its interfaces; the host's default stack owns the neighbour cache and ARP, and
 * stacks behind hardware filters read its entries. A device owns a hold on each packet from {@code
 * transmit} until its completion.
 */
@NullMarked
package dev.trident.link;

import org.jspecify.annotations.NullMarked;
