package dev.trident.hw.link;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.hw.nic.Frame;
import dev.trident.wire.EthernetHeader;
import java.lang.foreign.Arena;

/** Puts tags into frames, and takes them out (IEEE 802.1Q section 9). Owns the changed copy. */
final class VlanTags {
  private static final int TYPE = 12;
  private static final int VLAN_MASK = 0xfff;
  private static final int TAG_BYTES = EthernetHeader.TAGGED_BYTES - EthernetHeader.BYTES;

  private final Slab scratch = new Slab(Packet.CELL_BYTES, Arena.ofAuto());
  private final Frame changed = new Frame(null);

  private static boolean isTagged(Frame frame) {
    return frame.headBytes() >= EthernetHeader.TAGGED_BYTES
        && (frame.slab().getInt(frame.offset() + TYPE) >>> 16) == EthernetHeader.TYPE_VLAN;
  }

  /** 0 for a frame without a tag, and for one that only has a priority. */
  static int vlanOf(Frame frame) {
    return isTagged(frame) ? frame.slab().getInt(frame.offset() + TYPE) & VLAN_MASK : 0;
  }

  /**
   * The frame without its tag, padded again; as it is if it has none. Valid until the next call.
   */
  Frame without(Frame frame) {
    if (!isTagged(frame)) {
      return frame;
    }
    int length = frame.totalBytes() - TAG_BYTES;
    frame.copyTo(scratch, 0);
    scratch.copy(0, TAG_BYTES, TYPE);
    if (length < EthernetHeader.MIN_FRAME_BYTES) {
      scratch.zero(TAG_BYTES + length, EthernetHeader.MIN_FRAME_BYTES - length);
      length = EthernetHeader.MIN_FRAME_BYTES;
    }
    return changed.wrap(scratch, TAG_BYTES, length);
  }

  /**
   * The frame with a tag of {@code vlan}; a priority that it has stays. Valid until the next call.
   */
  Frame with(Frame frame, int vlan) {
    boolean tagged = isTagged(frame);
    int priority = tagged ? frame.slab().getInt(frame.offset() + TYPE) & 0xffff & ~VLAN_MASK : 0;
    int start = tagged ? TAG_BYTES : 0;
    frame.copyTo(scratch, TAG_BYTES - start);
    if (!tagged) {
      scratch.copy(TAG_BYTES, 0, TYPE);
    }
    scratch.putInt(TYPE, EthernetHeader.TYPE_VLAN << 16 | priority | vlan);
    return changed.wrap(scratch, 0, frame.totalBytes() + TAG_BYTES - start);
  }
}
