package dev.trident.wire;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.trace.DropReason;

/**
 * View of a UDP header (RFC 768).
 *
 * <pre>
 *    0      7 8     15 16    23 24    31
 *   |   Source Port   |Destination Port |
 *   |     Length      |    Checksum     |
 * </pre>
 */
public final class UdpHeader {
  public static final int BYTES = 8;

  /** Offset of the checksum field in the header. */
  public static final int CHECKSUM = 6;

  private Slab slab;
  private int offset;

  /** The whole header. */
  private long header;

  public UdpHeader(Slab slab) {
    this.slab = slab;
  }

  public UdpHeader wrap(Slab memory, int headerOffset) {
    slab = memory;
    offset = headerOffset;
    return this;
  }

  /** Wraps and reads a header that is known to be whole. */
  public UdpHeader read(Slab memory, int headerOffset) {
    wrap(memory, headerOffset);
    header = slab.getLong(offset);
    return this;
  }

  /** Checks the lengths and reads the header, once: after {@code NONE} the accessors tell it. */
  public DropReason check(int availableBytes) {
    if (availableBytes < BYTES) {
      return DropReason.UDP_TRUNCATED;
    }
    header = slab.getLong(offset);
    int length = length();
    return length < BYTES || length > availableBytes ? DropReason.UDP_BAD_LENGTH : DropReason.NONE;
  }

  /** Whether the checksum is right, or says that none was computed. */
  public boolean hasGoodChecksum(int source, int destination) {
    if (checksum() == 0) {
      return true;
    }
    int length = length();
    long sum =
        InternetChecksum.pseudoHeader(source, destination, Ipv4Header.PROTOCOL_UDP, length)
            + InternetChecksum.sum(slab, offset, length);
    return InternetChecksum.fold(sum) == 0xffff;
  }

  /** As {@link #hasGoodChecksum(int, int)} of a datagram that goes on in fragments. */
  public boolean hasGoodChecksum(Packet packet, int source, int destination) {
    if (checksum() == 0) {
      return true;
    }
    int length = length();
    long sum =
        InternetChecksum.pseudoHeader(source, destination, Ipv4Header.PROTOCOL_UDP, length)
            + InternetChecksum.sum(packet, length);
    return InternetChecksum.fold(sum) == 0xffff;
  }

  public int sourcePort() {
    return (int) (header >>> 48);
  }

  public int destinationPort() {
    return (int) (header >>> 32) & 0xffff;
  }

  /** Header and data, in bytes. */
  public int length() {
    return (int) (header >>> 16) & 0xffff;
  }

  public int checksum() {
    return (int) header & 0xffff;
  }

  /** Writes the whole header in one store. */
  public static void write(
      Slab slab, int offset, int sourcePort, int destinationPort, int length, int checksum) {
    slab.putLong(
        offset,
        (long) sourcePort << 48
            | (long) destinationPort << 32
            | (long) length << 16
            | (checksum & 0xffffL));
  }
}
