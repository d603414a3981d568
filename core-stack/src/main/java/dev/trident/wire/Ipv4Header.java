package dev.trident.wire;

import dev.trident.buffer.Slab;
import dev.trident.trace.DropReason;

/**
 * View of an IPv4 header (RFC 791 section 3.1).
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   |Version|  IHL  |Type of Service|          Total Length         |
 *   |         Identification        |Flags|      Fragment Offset    |
 *   |  Time to Live |    Protocol   |         Header Checksum       |
 *   |                       Source Address                          |
 *   |                    Destination Address                        |
 *   |                    Options                    |    Padding    |
 * </pre>
 */
public final class Ipv4Header {
  /** Without options. */
  public static final int BYTES = 20;

  /** Offset of the destination address in the header. */
  public static final int DESTINATION = 16;

  public static final int PROTOCOL_ICMP = 1;
  public static final int PROTOCOL_IGMP = 2;
  public static final int PROTOCOL_IPV4 = 4;
  public static final int PROTOCOL_TCP = 6;
  public static final int PROTOCOL_UDP = 17;
  public static final int PROTOCOL_IPV6 = 41;

  /** The DSCP is the upper part of the TOS octet (RFC 2474 section 3). */
  public static final int DSCP_SHIFT = 2;

  /** ECN field, the low two bits of the TOS octet (RFC 3168 section 5): not ECN-capable. */
  public static final int NOT_ECT = 0;

  /** ECN-capable, the codepoint that senders use. */
  public static final int ECT_0 = 2;

  /** Congestion experienced. */
  public static final int CE = 3;

  private static final int TOS = 1;
  private static final int TTL = 8;
  private static final int ECN_MASK = 3;

  public static final int DONT_FRAGMENT = 0x4000;
  public static final int MORE_FRAGMENTS = 0x2000;
  private static final int OFFSET_MASK = 0x1fff;

  private static final int TOTAL_LENGTH = 2;
  private static final int FLAGS_OFFSET = 6;
  private static final int CHECKSUM = 10;

  private static final long LOW = 0xffff_ffffL;

  private static final int OPTION_END = 0;
  private static final int OPTION_NOP = 1;
  private static final int OPTION_LOOSE_SOURCE_ROUTE = 131;
  private static final int OPTION_STRICT_SOURCE_ROUTE = 137;

  private Slab slab;
  private int offset;

  /** Version to fragment offset. */
  private long first;

  /** TTL to source address. */
  private long second;

  private int destination;

  /** Offset of the octet that {@link #checkOptions} stumbled over. */
  private int errorPointer;

  /** The ECN field of a header at {@code headerOffset} that was checked before. */
  public static int ecn(Slab slab, int headerOffset) {
    return slab.getUnsignedByte(headerOffset + TOS) & ECN_MASK;
  }

  /** The TOS octet of a header at {@code headerOffset} that was checked before. */
  public static int tos(Slab slab, int headerOffset) {
    return slab.getUnsignedByte(headerOffset + TOS);
  }

  /** The TTL of a header at {@code headerOffset} that was checked before. */
  public static int ttl(Slab slab, int headerOffset) {
    return slab.getUnsignedByte(headerOffset + TTL);
  }

  /** Changes the TOS octet of a whole header, and its checksum with it. */
  public static void changeTos(Slab slab, int headerOffset, int tos) {
    int before = slab.getUnsignedShort(headerOffset);
    int checksum = slab.getUnsignedShort(headerOffset + CHECKSUM);
    slab.putByte(headerOffset + TOS, tos);
    int after = slab.getUnsignedShort(headerOffset);
    slab.putShort(headerOffset + CHECKSUM, InternetChecksum.update(checksum, before, after));
  }

  /**
   * Makes the header of a fragment of the header, without options, of a whole datagram.
   *
   * @param flagsOffset MORE_FRAGMENTS or 0, and the fragment offset in units of 8 bytes
   */
  public static void changeToFragment(
      Slab slab, int headerOffset, int totalLength, int flagsOffset) {
    slab.putShort(headerOffset + TOTAL_LENGTH, totalLength);
    slab.putShort(headerOffset + FLAGS_OFFSET, flagsOffset);
    slab.putShort(headerOffset + CHECKSUM, 0);
    slab.putShort(
        headerOffset + CHECKSUM,
        InternetChecksum.complement(InternetChecksum.sumOfHeader(slab, headerOffset)));
  }

  public Ipv4Header(Slab slab) {
    this.slab = slab;
  }

  public Ipv4Header wrap(Slab memory, int headerOffset) {
    slab = memory;
    offset = headerOffset;
    return this;
  }

  /** Wraps and reads a header that was checked before, or that we have written. */
  public Ipv4Header read(Slab memory, int headerOffset) {
    wrap(memory, headerOffset);
    load();
    return this;
  }

  private void load() {
    first = slab.getLong(offset);
    second = slab.getLong(offset + 8);
    destination = slab.getInt(offset + DESTINATION);
  }

  /**
   * Checks lengths, version and checksum and reads the header, once: after {@code NONE} the
   * accessors tell it.
   */
  public DropReason check(int availableBytes) {
    DropReason reason = checkLengths(availableBytes);
    if (reason != DropReason.NONE) {
      return reason;
    }
    if (totalLength() > availableBytes) {
      return DropReason.IP_BAD_TOTAL_LENGTH;
    }
    int headerBytes = headerBytes();
    long sum =
        headerBytes == BYTES
            ? (first >>> 32)
                + (first & LOW)
                + (second >>> 32)
                + (second & LOW)
                + (destination & LOW)
            : InternetChecksum.sum(slab, offset, headerBytes);
    return InternetChecksum.fold(sum) != 0xffff ? DropReason.IP_BAD_CHECKSUM : DropReason.NONE;
  }

  /**
   * Checks a header that an ICMP error quotes: as {@link #check}, but the datagram may go on beyond
   * the bytes present, and its checksum may have been left behind by a router.
   */
  public DropReason checkQuoted(int availableBytes) {
    return checkLengths(availableBytes);
  }

  private DropReason checkLengths(int availableBytes) {
    if (availableBytes < BYTES) {
      return DropReason.IP_TRUNCATED;
    }
    load();
    if (version() != 4) {
      return DropReason.IP_BAD_VERSION;
    }
    int headerBytes = headerBytes();
    if (headerBytes < BYTES || headerBytes > availableBytes) {
      return DropReason.IP_BAD_HEADER_LENGTH;
    }
    return totalLength() < headerBytes ? DropReason.IP_BAD_TOTAL_LENGTH : DropReason.NONE;
  }

  /**
   * Walks the options of a checked header with bounds: a source route is refused (NUCLEUS:13,
   * URGENT/11), others are skipped.
   *
   * @return NONE, IP_BAD_OPTIONS or IP_SOURCE_ROUTE
   */
  public DropReason checkOptions() {
    int position = offset + BYTES;
    int end = offset + headerBytes();
    while (position < end) {
      int kind = slab.getUnsignedByte(position);
      if (kind == OPTION_END) {
        return DropReason.NONE;
      }
      if (kind == OPTION_NOP) {
        position++;
        continue;
      }
      if (kind == OPTION_LOOSE_SOURCE_ROUTE || kind == OPTION_STRICT_SOURCE_ROUTE) {
        return DropReason.IP_SOURCE_ROUTE;
      }
      errorPointer = position - offset;
      if (position + 1 >= end) {
        return DropReason.IP_BAD_OPTIONS;
      }
      errorPointer++;
      int length = slab.getUnsignedByte(position + 1);
      if (length < 2 || length > end - position) {
        return DropReason.IP_BAD_OPTIONS;
      }
      position += length;
    }
    return DropReason.NONE;
  }

  /**
   * After IP_BAD_OPTIONS: how far into the header the octet is that cannot be: a length, or an
   * option without room for one.
   */
  public int errorPointer() {
    return errorPointer;
  }

  public int version() {
    return (int) (first >>> 60);
  }

  /** IHL in bytes. */
  public int headerBytes() {
    return (int) (first >>> 56 & 0xf) << 2;
  }

  public int tos() {
    return (int) (first >>> 48) & 0xff;
  }

  public int totalLength() {
    return (int) (first >>> 32) & 0xffff;
  }

  public int identification() {
    return (int) (first >>> 16) & 0xffff;
  }

  public boolean dontFragment() {
    return (first & DONT_FRAGMENT) != 0;
  }

  /** Whether this is a fragment: more follow, or some came before. */
  public boolean isFragment() {
    return (first & (MORE_FRAGMENTS | OFFSET_MASK)) != 0;
  }

  /** Whether this is a fragment, and not the last. */
  public boolean moreFragments() {
    return (first & MORE_FRAGMENTS) != 0;
  }

  /** Fragment offset in bytes. */
  public int fragmentOffsetBytes() {
    return (int) (first & OFFSET_MASK) << 3;
  }

  public int ttl() {
    return (int) (second >>> 56);
  }

  public int protocol() {
    return (int) (second >>> 48) & 0xff;
  }

  public int checksum() {
    return (int) (second >>> 32) & 0xffff;
  }

  public int source() {
    return (int) second;
  }

  public int destination() {
    return destination;
  }

  /**
   * Writes a whole header without options, checksum included, in four wide stores.
   *
   * @param flagsOffset the flags and fragment offset field: {@link #DONT_FRAGMENT} or 0
   */
  public static void write(
      Slab slab,
      int offset,
      int tos,
      int totalLength,
      int identification,
      int flagsOffset,
      int ttl,
      int protocol,
      int source,
      int destination) {
    int first = 0x4500 | tos;
    int lifeAndProtocol = ttl << 8 | protocol;
    int sum =
        first
            + totalLength
            + identification
            + flagsOffset
            + lifeAndProtocol
            + (source >>> 16)
            + (source & 0xffff)
            + (destination >>> 16)
            + (destination & 0xffff);
    sum = (sum & 0xffff) + (sum >>> 16);
    sum += sum >>> 16;
    long checksum = ~sum & 0xffffL;
    slab.putShort(offset, first);
    slab.putLong(
        offset + TOTAL_LENGTH,
        (long) totalLength << 48
            | (long) identification << 32
            | (long) flagsOffset << 16
            | lifeAndProtocol);
    slab.putLong(
        offset + CHECKSUM, checksum << 48 | (source & 0xffffffffL) << 16 | destination >>> 16);
    slab.putShort(offset + DESTINATION + 2, destination);
  }
}
