package dev.trident.wire;

import dev.trident.buffer.Slab;
import dev.trident.trace.DropReason;

/**
 * View of an IGMP message: of version 1 (RFC 1112), 2 (RFC 2236) or 3 (RFC 3376). The last two
 * lines are those of a version 3 query.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   |     Type      | Max Resp Code |           Checksum            |
 *   |                         Group Address                         |
 *   | Resv  |S| QRV |     QQIC      |     Number of Sources (N)     |
 *   |                   Source Address [1..N]                       |
 * </pre>
 */
public final class IgmpMessage {
  /** Of a message of version 1 or 2, and of the fixed part of a report of version 3. */
  public static final int BYTES = 8;

  /** Of a query of version 3 without sources. */
  public static final int QUERY_V3_BYTES = 12;

  /** Of the fixed part of a group record in a report of version 3. */
  public static final int RECORD_BYTES = 8;

  public static final int QUERY = 0x11;
  public static final int REPORT_V1 = 0x12;
  public static final int REPORT_V2 = 0x16;
  public static final int LEAVE = 0x17;
  public static final int REPORT_V3 = 0x22;

  /** Kinds of group records (RFC 3376 section 4.2.12). */
  public static final int IS_INCLUDE = 1;

  public static final int IS_EXCLUDE = 2;
  public static final int TO_INCLUDE = 3;
  public static final int TO_EXCLUDE = 4;
  public static final int ALLOW_NEW_SOURCES = 5;
  public static final int BLOCK_OLD_SOURCES = 6;

  private static final int MAX_RESPONSE = 1;
  private static final int CHECKSUM = 2;
  private static final int GROUP = 4;
  private static final int FLAGS = 8;
  private static final int INTERVAL = 9;
  private static final int SOURCE_COUNT = 10;
  private static final int ROBUSTNESS_MASK = 7;

  private Slab slab;
  private int offset;

  public IgmpMessage(Slab slab) {
    this.slab = slab;
  }

  public IgmpMessage wrap(Slab memory, int messageOffset) {
    slab = memory;
    offset = messageOffset;
    return this;
  }

  /**
   * Checks the length that every message has, the checksum over all {@code bytes}, and of a query
   * that it is as long as it says; then no accessor reads outside.
   */
  public DropReason check(int bytes) {
    if (bytes < BYTES) {
      return DropReason.IGMP_TRUNCATED;
    }
    if (InternetChecksum.fold(InternetChecksum.sum(slab, offset, bytes)) != 0xffff) {
      return DropReason.IGMP_BAD_CHECKSUM;
    }
    return type() == QUERY ? checkQuery(bytes) : DropReason.NONE;
  }

  private DropReason checkQuery(int bytes) {
    boolean wellFormed =
        bytes == BYTES || (bytes >= QUERY_V3_BYTES && bytes - QUERY_V3_BYTES >= 4 * sourceCount());
    return wellFormed ? DropReason.NONE : DropReason.IGMP_BAD_LENGTH;
  }

  public int type() {
    return slab.getUnsignedByte(offset);
  }

  /** The field as it is: 0 in version 1, tenths of a second in version 2. */
  public int maxResponseCode() {
    return slab.getUnsignedByte(offset + MAX_RESPONSE);
  }

  public int group() {
    return slab.getInt(offset + GROUP);
  }

  /** Version 3: how often the querier wants changes to be told; 0 if it does not say. */
  public int robustness() {
    return slab.getUnsignedByte(offset + FLAGS) & ROBUSTNESS_MASK;
  }

  /** Version 3: seconds between general queries, coded as {@link #decode} undoes. */
  public int intervalCode() {
    return slab.getUnsignedByte(offset + INTERVAL);
  }

  /** Version 3: sources that are asked about. */
  public int sourceCount() {
    return slab.getUnsignedShort(offset + SOURCE_COUNT);
  }

  /** Version 3: the source at place {@code index}, 0 to one less than the count. */
  public int source(int index) {
    return slab.getInt(offset + QUERY_V3_BYTES + 4 * index);
  }

  /** The value of an eight-bit code: itself below 128, else a float (RFC 3376 section 4.1.1). */
  public static int decode(int code) {
    return code < 128 ? code : ((code & 0xf) | 0x10) << (((code >>> 4) & 7) + 3);
  }

  /** Writes a message of 8 bytes, checksum included; also the fixed part of a v3 report. */
  public static void write(Slab slab, int offset, int type, int group) {
    slab.putInt(offset, type << 24);
    slab.putInt(offset + GROUP, group);
    writeChecksum(slab, offset, BYTES);
  }

  /** Computes the checksum of a message of {@code bytes}, whose field is zero. */
  public static void writeChecksum(Slab slab, int offset, int bytes) {
    slab.putShort(
        offset + CHECKSUM, InternetChecksum.complement(InternetChecksum.sum(slab, offset, bytes)));
  }
}
