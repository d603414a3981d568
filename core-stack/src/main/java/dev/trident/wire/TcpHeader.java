package dev.trident.wire;

import dev.trident.buffer.Slab;
import dev.trident.trace.DropReason;

/**
 * View of a TCP header (RFC 9293 section 3.1).
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   |          source port          |       destination port        |
 *   |                        sequence number                        |
 *   |                     acknowledgment number                     |
 *   | offset| reserved| control bits|            window             |
 *   |           checksum            |        urgent pointer         |
 *   |                 options, padded to 32 bits                    |
 * </pre>
 */
public final class TcpHeader {
  /** Size without options. */
  public static final int BYTES = 20;

  /** Size with as many options as the data offset can say. */
  public static final int MAX_BYTES = 60;

  public static final int FIN = 1;
  public static final int SYN = 1 << 1;
  public static final int RST = 1 << 2;
  public static final int PSH = 1 << 3;
  public static final int ACK = 1 << 4;
  public static final int URG = 1 << 5;
  public static final int ECE = 1 << 6;
  public static final int CWR = 1 << 7;

  private static final int SOURCE_PORT = 0;
  private static final int DESTINATION_PORT = 2;
  private static final int SEQUENCE_NUMBER = 4;
  private static final int ACKNOWLEDGMENT_NUMBER = 8;
  private static final int DATA_OFFSET = 12;
  private static final int CONTROL_BITS = 13;
  private static final int WINDOW = 14;
  private static final int CHECKSUM = 16;
  private static final int URGENT_POINTER = 18;

  private static final long LOW_32 = 0xffff_ffffL;

  private final Slab slab;
  private int offset;

  public TcpHeader(Slab slab) {
    this.slab = slab;
  }

  /** Puts the view over a header at {@code slabOffset}. */
  public TcpHeader wrap(int slabOffset) {
    offset = slabOffset;
    return this;
  }

  /** Checks once; after {@code NONE} no accessor reads outside the segment. */
  public DropReason check(int availableBytes) {
    if (availableBytes < BYTES) {
      return DropReason.TCP_TRUNCATED;
    }
    int header = headerBytes();
    return header < BYTES || header > availableBytes
        ? DropReason.TCP_BAD_DATA_OFFSET
        : DropReason.NONE;
  }

  public int sourcePort() {
    return slab.getUnsignedShort(offset + SOURCE_PORT);
  }

  public int destinationPort() {
    return slab.getUnsignedShort(offset + DESTINATION_PORT);
  }

  /** SEG.SEQ. */
  public int sequenceNumber() {
    return slab.getInt(offset + SEQUENCE_NUMBER);
  }

  /** SEG.ACK; meaningless without {@link #ACK}. */
  public int acknowledgmentNumber() {
    return slab.getInt(offset + ACKNOWLEDGMENT_NUMBER);
  }

  /** What the header at {@code headerOffset} says of its length, which may be nonsense. */
  public static int headerBytes(Slab slab, int headerOffset) {
    return (slab.getUnsignedByte(headerOffset + DATA_OFFSET) >>> 4) << 2;
  }

  /** The data offset in bytes: header with options. */
  public int headerBytes() {
    return slab.getUnsignedByte(offset + DATA_OFFSET) >>> 4 << 2;
  }

  /** The eight control bits; the reserved ones are not looked at. */
  public int controlBits() {
    return slab.getUnsignedByte(offset + CONTROL_BITS);
  }

  /** The window field, not scaled. */
  public int window() {
    return slab.getUnsignedShort(offset + WINDOW);
  }

  public int checksum() {
    return slab.getUnsignedShort(offset + CHECKSUM);
  }

  public TcpHeader checksum(int value) {
    slab.putShort(offset + CHECKSUM, value);
    return this;
  }

  /** Slab offset of the checksum field. */
  public int checksumField() {
    return offset + CHECKSUM;
  }

  public int urgentPointer() {
    return slab.getUnsignedShort(offset + URGENT_POINTER);
  }

  /**
   * Writes all fixed fields at once, the checksum as zero, in three stores.
   *
   * @param ports source port in the upper half, destination port in the lower
   * @param headerBytes with options, a multiple of 4
   * @param window the field, already scaled
   * @return the sum of the header's 32-bit words, to be folded into the checksum
   */
  public long write(
      int ports,
      int sequence,
      int acknowledgment,
      int headerBytes,
      int controlBits,
      int window,
      int urgentPointer) {
    int control = headerBytes << 26 | controlBits << 16 | window;
    slab.putLong(offset, (long) ports << 32 | (sequence & LOW_32));
    slab.putLong(offset + ACKNOWLEDGMENT_NUMBER, (long) acknowledgment << 32 | (control & LOW_32));
    slab.putInt(offset + CHECKSUM, urgentPointer);
    return (ports & LOW_32)
        + (sequence & LOW_32)
        + (acknowledgment & LOW_32)
        + (control & LOW_32)
        + urgentPointer;
  }
}
