package dev.trident.wire;

import dev.trident.buffer.Slab;

/**
 * An IPv4 header with the Router Alert option (RFC 2113), by which routers look at datagrams that
 * are not for them.
 */
public final class RouterAlert {
  /** Of the header with its option. */
  public static final int HEADER_BYTES = Ipv4Header.BYTES + 4;

  private static final int OPTION = 0x9404_0000;
  private static final int CHECKSUM = 10;

  private RouterAlert() {}

  /** Writes the whole header, checksum included; never fragmented, hence identification 0. */
  public static void write(
      Slab slab,
      int offset,
      int tos,
      int totalLength,
      int ttl,
      int protocol,
      int source,
      int destination) {
    slab.putInt(offset, 0x4600_0000 | tos << 16 | totalLength);
    slab.putInt(offset + 4, Ipv4Header.DONT_FRAGMENT);
    slab.putInt(offset + 8, ttl << 24 | protocol << 16);
    slab.putInt(offset + 12, source);
    slab.putInt(offset + Ipv4Header.DESTINATION, destination);
    slab.putInt(offset + Ipv4Header.BYTES, OPTION);
    slab.putShort(
        offset + CHECKSUM,
        InternetChecksum.complement(InternetChecksum.sum(slab, offset, HEADER_BYTES)));
  }
}
