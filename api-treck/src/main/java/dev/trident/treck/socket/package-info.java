/**
 * Sockets: descriptors, their state as Treck sees it, and the loops of blocking calls. Internal;
 * programs see {@code Treck} only.
 *
 * <p>{@link dev.trident.treck.socket.SocketTable} owns the descriptors of one {@code Treck}, each
 * {@link dev.trident.treck.socket.Socket} owns one endpoint of the engine. All of it is touched
 * between enter and exit of the host's stack only, so it needs no lock of its own. Results are a
 * count, or the negative of a {@code TM_E...} code.
 */
@NullMarked
package dev.trident.treck.socket;

import org.jspecify.annotations.NullMarked;
