/**
 * X/Open XTI, with TLI as a dialect: the {@code t_*} calls, their constants and structures.
 *
 * <p>{@link dev.trident.xti.Xti} brackets each call by {@code enter} and {@code exit} of the host's
 * stack, finds the endpoint behind the descriptor, and turns its answer into a return value and
 * {@code t_errno}. What an endpoint may do in which state, and all its state, is room {@code
 * endpoint}; which event is shown first and which makes a call fail is room {@code event};
 * translating the engine's errors is room {@code error}; option buffers are room {@code option}.
 *
 * <p>State is touched only between {@code enter} and {@code exit}, so the host's gate makes the
 * calls safe for any number of threads.
 */
@NullMarked
package dev.trident.xti;

import org.jspecify.annotations.NullMarked;
