package dev.trident.simulation;

import dev.trident.buffer.Slab;
import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.Wire;
import dev.trident.hw.nic.WireEnd;

/**
 * Stands before an adapter and damages one segment of data in a way that no checksum finds: it
 * swaps two words of the payload. This is what a stack looks like that mixes up its buffers.
 */
final class BadEnd implements WireEnd {
  private static final int MTU = 1_514;

  private static final int IP = 14;
  private static final int PROTOCOL = IP + 9;

  /** Bytes of the payload before those that are swapped. */
  private static final int BEFORE = 8;

  private static final int TCP = 6;

  private final WireEnd adapter;
  private final Slab slab = new Slab(2 * MTU);
  private final Frame damaged = new Frame(null);
  private int due;

  /**
   * Damages the first segment; or, if {@code isLate}, the first after each frame with a bad FCS.
   */
  BadEnd(WireEnd adapter, boolean isLate) {
    this.adapter = adapter;
    due = isLate ? 0 : 1;
  }

  @Override
  public void plug(Wire wire) {
    adapter.plug((from, frame) -> wire.carry(this, frame));
  }

  @Override
  public void deliver(Frame frame) {
    int length = frame.totalBytes();
    frame.copyTo(slab, 0);
    if (due > 0 && slab.getUnsignedByte(PROTOCOL) == TCP && length > place() + 4) {
      due--;
      int place = place();
      int word = slab.getUnsignedShort(place);
      slab.putShort(place, slab.getUnsignedShort(place + 2));
      slab.putShort(place + 2, word);
    }
    adapter.deliver(damaged.wrap(slab, 0, length));
  }

  /** Behind both headers and their options. */
  private int place() {
    int tcp = IP + 4 * (slab.getUnsignedByte(IP) & 0xf);
    return tcp + 4 * (slab.getUnsignedByte(tcp + 12) >>> 4) + BEFORE;
  }

  @Override
  public void deliverCorrupted() {
    due++;
    adapter.deliverCorrupted();
  }
}
