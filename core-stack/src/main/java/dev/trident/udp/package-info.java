/**
 * UDP (RFC 768, RFC 1122 section 4.1). The layer owns the table of bindings; a socket owns the
 * datagrams queued in it, its ports and its device filters, until it is closed.
 */
@NullMarked
package dev.trident.udp;

import org.jspecify.annotations.NullMarked;
