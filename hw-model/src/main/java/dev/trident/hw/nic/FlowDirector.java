package dev.trident.hw.nic;

import dev.trident.buffer.Slab;
import dev.trident.hw.filter.FlowKey;
import org.jspecify.annotations.Nullable;

/**
 * Gives the TCP connections of a host receive rings of their own, as adapters do that learn flows
 * from what is sent: whoever floods the host with frames that belong to no connection fills the
 * default ring, and overflows only that.
 *
 * <p>A flow is learnt from a segment that goes out without SYN and RST: what a SYN flood or a blind
 * attack draws does not count. The table has one place for each hash; a newer flow takes the place
 * of an older one, whose frames then come by the default ring again.
 */
final class FlowDirector {
  private static final int ETHERNET_BYTES = 14;
  private static final int TAG_BYTES = 4;
  private static final int TYPE_TAGGED = 0x8100;
  private static final int TYPE_IPV4 = 0x0800;
  private static final int PROTOCOL_TCP = 6;
  private static final int SYN_OR_RST = 0x06;
  private static final int LEAST_HEADERS_BYTES = ETHERNET_BYTES + 20 + 20;
  private static final int PLACES = 4_096;

  /** Local address in the upper half, remote address in the lower; 0 for a free place. */
  private final long[] addresses = new long[PLACES];

  /** Local port in the upper half, remote port in the lower. */
  private final int[] ports = new int[PLACES];

  private final VirtualInterface[] rings;

  /**
   * @param rings where flows go; which one follows from the flow
   */
  FlowDirector(VirtualInterface[] rings) {
    this.rings = rings;
  }

  /** The default stack sends a frame. */
  void learn(Frame frame) {
    if (frame.headBytes() < LEAST_HEADERS_BYTES) {
      return;
    }
    Slab slab = frame.slab();
    int at = frame.offset() + ETHERNET_BYTES;
    int type = slab.getUnsignedShort(at - 2);
    if (type == TYPE_TAGGED) {
      at += TAG_BYTES;
      type = slab.getUnsignedShort(at - 2);
    }
    int transport = at + ((slab.getByte(at) & 0xf) << 2);
    int end = frame.offset() + frame.headBytes();
    if (type != TYPE_IPV4
        || slab.getUnsignedByte(at + 9) != PROTOCOL_TCP
        || transport + 20 > end
        || (slab.getUnsignedByte(transport + 13) & SYN_OR_RST) != 0) {
      return;
    }
    long pair = pair(slab.getInt(at + 12), slab.getInt(at + 16));
    int own = slab.getInt(transport);
    int place = place(pair, own);
    addresses[place] = pair;
    ports[place] = own;
  }

  /** The ring for a frame that has come, whose fields {@code key} shows; null for the default. */
  @Nullable VirtualInterface match(FlowKey key) {
    if (key.protocol() != PROTOCOL_TCP || key.isFragment()) {
      return null;
    }
    long pair = pair(key.localAddress(), key.remoteAddress());
    int own = (key.localPort() << 16) | key.remotePort();
    int place = place(pair, own);
    return addresses[place] == pair && ports[place] == own ? rings[place % rings.length] : null;
  }

  private static long pair(int local, int remote) {
    return ((long) local << 32) | (remote & 0xffff_ffffL);
  }

  private static int place(long pair, int ports) {
    long mixed = (pair ^ (long) ports * 0x9e3779b97f4a7c15L) * 0xbf58476d1ce4e5b9L;
    return (int) (mixed >>> 32) & (PLACES - 1);
  }
}
