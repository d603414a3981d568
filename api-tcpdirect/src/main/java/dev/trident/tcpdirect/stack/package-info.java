/**
 * Stacks: what attributes make of them, the reactor, and what all zockets share.
 *
 * <p>A {@link dev.trident.tcpdirect.stack.DirectStack} owns the host's stack, its zockets until
 * they are freed, and the waitable of its quiescence. Calls on one stack are the business of one
 * thread at a time; only the question for pending work may come from another.
 */
@NullMarked
package dev.trident.tcpdirect.stack;

import org.jspecify.annotations.NullMarked;
