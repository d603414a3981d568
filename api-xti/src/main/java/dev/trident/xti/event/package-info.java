/**
 * Events: which of those pending {@code t_look} shows first, and which make a call fail with TLOOK.
 * Tables only; the endpoint knows what is pending.
 */
@NullMarked
package dev.trident.xti.event;

import org.jspecify.annotations.NullMarked;
