package dev.trident.hw.link;

import dev.trident.hw.nic.Carried;
import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.Wire;
import dev.trident.hw.nic.WireEnd;

/**
 * A wire with no delay, rate or faults: the frame is copied once, from the sender's memory into the
 * receiver's posted cell.
 */
public final class DirectWire implements Wire {
  private final WireEnd a;
  private final WireEnd b;

  private DirectWire(WireEnd a, WireEnd b) {
    this.a = a;
    this.b = b;
  }

  /** Joins two ends, neither of which has a wire yet. */
  public static DirectWire join(WireEnd a, WireEnd b) {
    DirectWire wire = new DirectWire(a, b);
    a.plug(wire);
    b.plug(wire);
    return wire;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // an end is itself
  public Carried carry(WireEnd from, Frame frame) {
    (from == a ? b : a).deliver(frame);
    return Carried.READ;
  }
}
