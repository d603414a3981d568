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

  /** Headers without options, and some bytes of the payload. */
  private static final int PLACE = 14 + 20 + 20 + 8;

  private static final int PROTOCOL = 14 + 9;
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
    if (due > 0 && length > PLACE + 4 && slab.getUnsignedByte(PROTOCOL) == TCP) {
      due--;
      int word = slab.getUnsignedShort(PLACE);
      slab.putShort(PLACE, slab.getUnsignedShort(PLACE + 2));
      slab.putShort(PLACE + 2, word);
    }
    adapter.deliver(damaged.wrap(slab, 0, length));
  }

  @Override
  public void deliverCorrupted() {
    due++;
    adapter.deliverCorrupted();
  }
}
