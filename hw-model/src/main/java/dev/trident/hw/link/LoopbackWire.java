package dev.trident.hw.link;

import dev.trident.hw.nic.Carried;
import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.Wire;
import dev.trident.hw.nic.WireEnd;

/** A wire that leads back to where it begins: frames of a host to itself. */
public final class LoopbackWire implements Wire {
  /** One is enough, as it keeps nothing. */
  public static final LoopbackWire INSTANCE = new LoopbackWire();

  private LoopbackWire() {}

  @Override
  public Carried carry(WireEnd from, Frame frame) {
    from.deliver(frame);
    return Carried.READ;
  }
}
