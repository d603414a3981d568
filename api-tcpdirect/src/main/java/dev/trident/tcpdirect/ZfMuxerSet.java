package dev.trident.tcpdirect;

import dev.trident.tcpdirect.mux.MuxerSet;
import dev.trident.tcpdirect.stack.Reactor;

/** {@code struct zf_muxer_set}: objects of one stack that are polled together. Opaque. */
public final class ZfMuxerSet {
  final MuxerSet set;
  final Reactor reactor;
  final Reactor.PendingWork work;

  ZfMuxerSet(MuxerSet set, Reactor reactor) {
    this.set = set;
    this.reactor = reactor;
    work = reactor.pendingWork(set);
  }
}
