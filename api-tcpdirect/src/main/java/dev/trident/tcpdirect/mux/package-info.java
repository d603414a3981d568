/**
 * The multiplexer: sets of waitables and the events that are ready on them (guide, muxer.h).
 *
 * <p>A {@link dev.trident.tcpdirect.mux.Waitable} belongs to its zocket or stack and stands in at
 * most one {@link dev.trident.tcpdirect.mux.MuxerSet}, which owns the links of its ready list. A
 * waitable listens to its endpoint only while it is in a set.
 */
@NullMarked
package dev.trident.tcpdirect.mux;

import org.jspecify.annotations.NullMarked;
