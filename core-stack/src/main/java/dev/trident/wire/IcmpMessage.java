package dev.trident.wire;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.trace.DropReason;

/**
 * View of an ICMP message (RFC 792).
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   |     Type      |     Code      |          Checksum             |
 *   |   unused, or pointer, or identifier   | next-hop MTU, or seq. |
 *   |   quoted IP header and data, or echo data ...                 |
 * </pre>
 */
public final class IcmpMessage {
  public static final int BYTES = 8;

  public static final int ECHO_REPLY = 0;
  public static final int UNREACHABLE = 3;
  public static final int SOURCE_QUENCH = 4;
  public static final int REDIRECT = 5;
  public static final int ECHO = 8;
  public static final int TIME_EXCEEDED = 11;
  public static final int PARAMETER_PROBLEM = 12;
  public static final int TIMESTAMP = 13;
  public static final int TIMESTAMP_REPLY = 14;

  /** A timestamp request or reply: three timestamps behind the header. */
  public static final int TIMESTAMP_BYTES = 20;

  public static final int CODE_NET = 0;
  public static final int CODE_HOST = 1;
  public static final int CODE_PROTOCOL = 2;
  public static final int CODE_PORT = 3;
  public static final int CODE_FRAGMENTATION_NEEDED = 4;

  /** Time exceeded: fragments are missing. */
  public static final int CODE_REASSEMBLY_TIME = 1;

  /** Where a parameter problem's pointer stands in the second word. */
  public static final int POINTER_SHIFT = 24;

  private static final int TYPE = 0;
  private static final int CODE = 1;
  private static final int CHECKSUM = 2;
  private static final int REST = 4;
  private static final int NEXT_HOP_MTU = 6;
  private static final int IDENTIFIER = 4;
  private static final int SEQUENCE = 6;
  private static final int RECEIVE_TIMESTAMP = 12;
  private static final int TRANSMIT_TIMESTAMP = 16;

  private Slab slab;
  private int offset;

  public IcmpMessage(Slab slab) {
    this.slab = slab;
  }

  public IcmpMessage wrap(Slab memory, int messageOffset) {
    slab = memory;
    offset = messageOffset;
    return this;
  }

  /** Checks length and checksum, over the bytes present; then no accessor reads outside. */
  public DropReason check(int availableBytes) {
    if (availableBytes < BYTES) {
      return DropReason.ICMP_TRUNCATED;
    }
    return checkSum(InternetChecksum.sum(slab, offset, availableBytes));
  }

  /** As {@link #check(int)} of a message whose data goes on in fragments of {@code packet}. */
  public DropReason check(Packet packet) {
    if (packet.length() < BYTES) {
      return DropReason.ICMP_TRUNCATED;
    }
    return checkSum(InternetChecksum.sum(packet, packet.totalBytes()));
  }

  private static DropReason checkSum(long sum) {
    return InternetChecksum.fold(sum) != 0xffff ? DropReason.ICMP_BAD_CHECKSUM : DropReason.NONE;
  }

  public int type() {
    return slab.getUnsignedByte(offset + TYPE);
  }

  public int code() {
    return slab.getUnsignedByte(offset + CODE);
  }

  public int checksum() {
    return slab.getUnsignedShort(offset + CHECKSUM);
  }

  /** Of an echo request or reply. */
  public int identifier() {
    return slab.getUnsignedShort(offset + IDENTIFIER);
  }

  /** Of an echo request or reply. */
  public int sequence() {
    return slab.getUnsignedShort(offset + SEQUENCE);
  }

  /** Writes the header of an echo request, and zeroes the checksum. */
  public IcmpMessage startEcho(int identifier, int sequence) {
    slab.putInt(offset + TYPE, ECHO << 24);
    slab.putInt(offset + REST, identifier << 16 | sequence);
    return this;
  }

  /** MTU of the next hop in a type 3 code 4 message (RFC 1191 section 4); 0 from old routers. */
  public int nextHopMtu() {
    return slab.getUnsignedShort(offset + NEXT_HOP_MTU);
  }

  public IcmpMessage type(int type) {
    slab.putByte(offset + TYPE, type);
    return this;
  }

  /** Writes type, code and the second word, and zeroes the checksum. */
  public IcmpMessage start(int type, int code, int rest) {
    slab.putInt(offset + TYPE, type << 24 | code << 16);
    slab.putInt(offset + REST, rest);
    return this;
  }

  /**
   * Makes a timestamp request the reply to it, and zeroes the checksum.
   *
   * @param millis since midnight UT
   */
  public IcmpMessage toTimestampReply(int millis) {
    slab.putInt(offset + TYPE, TIMESTAMP_REPLY << 24);
    slab.putInt(offset + RECEIVE_TIMESTAMP, millis);
    slab.putInt(offset + TRANSMIT_TIMESTAMP, millis);
    return this;
  }

  public IcmpMessage checksum(int checksum) {
    slab.putShort(offset + CHECKSUM, checksum);
    return this;
  }
}
