package dev.trident.hw.link;

import dev.trident.buffer.Slab;

/** What a router with too long a queue does to a packet instead of dropping it (RFC 3168). */
final class CongestionMark {
  private static final int ETHERNET_BYTES = 14;
  private static final int IPV4_BYTES = 20;
  private static final int ETHER_TYPE = 12;
  private static final int IPV4 = 0x0800;
  private static final int CHECKSUM = 10;

  /** The ECN field, in the low bits of the first 16 bits of the header. */
  private static final int CE = 3;

  private CongestionMark() {}

  /**
   * Sets "congestion experienced" in an IPv4 packet whose sender understands it.
   *
   * @return false if this is no such packet, or it is marked already; it is unchanged then
   */
  static boolean set(Slab slab, int frame, int frameBytes) {
    int header = frame + ETHERNET_BYTES;
    if (frameBytes < ETHERNET_BYTES + IPV4_BYTES
        || slab.getUnsignedShort(frame + ETHER_TYPE) != IPV4) {
      return false;
    }
    int before = slab.getUnsignedShort(header);
    int ecn = before & CE;
    if (ecn == 0 || ecn == CE) {
      return false;
    }
    int after = before | CE;
    slab.putShort(header, after);
    // RFC 1624, equation 3.
    int sum = (~slab.getUnsignedShort(header + CHECKSUM) & 0xffff) + (~before & 0xffff) + after;
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    slab.putShort(header + CHECKSUM, ~sum);
    return true;
  }
}
