package dev.trident.tcpdirect;

import dev.trident.tcpdirect.mux.Waitable;

/** {@code struct zf_waitable}: what a multiplexer set can wait for. Opaque. */
public final class ZfWaitable {
  final Waitable waitable;

  ZfWaitable(Waitable waitable) {
    this.waitable = waitable;
  }
}
