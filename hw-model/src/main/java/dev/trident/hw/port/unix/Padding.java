package dev.trident.hw.port.unix;

import dev.trident.buffer.Slab;
import dev.trident.wire.EthernetHeader;

/**
 * Takes the padding off short frames. Ethernet fills them up to 60 bytes; a stream needs no such
 * thing, and the passt of Debian 12 drops IPv4 packets that end before their frame does: bare
 * acknowledgments and FINs among them.
 */
final class Padding {
  private static final int MIN_ETHERNET_BYTES = 60;
  private static final int TYPE = 12;
  private static final int IPV4_TOTAL_LENGTH = EthernetHeader.BYTES + 2;

  private Padding() {}

  /** The length of a frame without padding; of what is no IPv4 packet, as it is. */
  static int unpaddedBytes(Slab slab, int offset, int lengthBytes) {
    if (lengthBytes > MIN_ETHERNET_BYTES
        || lengthBytes < IPV4_TOTAL_LENGTH + 2
        || slab.getUnsignedShort(offset + TYPE) != EthernetHeader.TYPE_IPV4) {
      return lengthBytes;
    }
    int packetBytes = slab.getUnsignedShort(offset + IPV4_TOTAL_LENGTH);
    return Math.min(lengthBytes, EthernetHeader.BYTES + packetBytes);
  }
}
