package dev.trident.link;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.wire.EthernetHeader;

/** Ethernet output: the header in front, the padding behind. */
public final class EthernetFraming {
  private EthernetFraming() {}

  /** Bytes of the header of frames that leave by {@code out}. */
  public static int headerBytes(NetInterface out) {
    return out.vlan() == NetInterface.NO_VLAN ? EthernetHeader.BYTES : EthernetHeader.TAGGED_BYTES;
  }

  /** Writes the header at {@code offset}, where there is room for it, in two or three stores. */
  public static void write(Slab slab, int offset, NetInterface out, long destination, int type) {
    long source = out.mac();
    slab.putLong(offset, destination << 16 | source >>> 32);
    slab.putInt(offset + 8, (int) source);
    if (out.vlan() == NetInterface.NO_VLAN) {
      slab.putShort(offset + 12, type);
    } else {
      slab.putInt(offset + 12, EthernetHeader.TYPE_VLAN << 16 | out.vlan());
      slab.putShort(offset + 16, type);
    }
  }

  /** Writes the destination of a frame that was waiting for it. */
  static void writeDestination(Slab slab, int offset, long destination) {
    slab.putInt(offset, (int) (destination >>> 16));
    slab.putShort(offset + 4, (int) destination);
  }

  /**
   * Pads a short frame with zeros to what Ethernet wants. A frame with fragments is left to the
   * device, whose gather is followed by zeros: the engine has no room behind them.
   */
  public static void pad(Packet frame) {
    int missing = EthernetHeader.MIN_FRAME_BYTES - frame.totalBytes();
    if (missing > 0 && frame.fragments() == null) {
      int end = frame.offset() + frame.length();
      frame.setRange(frame.offset(), EthernetHeader.MIN_FRAME_BYTES);
      frame.slab().zero(end, missing);
    }
  }
}
