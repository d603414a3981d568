/**
 * Treck's error codes, their texts, and the one translation from the engine's errors (section 4.1
 * of the fact sheet). No state.
 *
 * <p>Inside the front-end a call's result is a count, or the negative of a {@code TM_E...} code;
 * only {@code Treck} itself turns that into {@code TM_SOCKET_ERROR} and a code kept by the socket.
 */
@NullMarked
package dev.trident.treck.error;

import org.jspecify.annotations.NullMarked;
