/**
 * The Treck embedded socket API. {@link dev.trident.treck.Treck} has the calls; the rooms below it
 * have the sockets, the options and the error codes.
 *
 * <p>State: {@code Treck} owns a table of sockets and the message handles it has issued, both
 * touched only between enter and exit of the host's default stack; and per thread the code of the
 * last failure that no socket could hold.
 */
@NullMarked
package dev.trident.treck;

import org.jspecify.annotations.NullMarked;
