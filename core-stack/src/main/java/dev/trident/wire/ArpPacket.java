package dev.trident.wire;

import dev.trident.buffer.Slab;
import dev.trident.trace.DropReason;

/**
 * View of an ARP packet for IPv4 over Ethernet (RFC 826).
 *
 * <pre>
 *   0       2       4    5    6       8              14           18             24
 *   | htype | ptype |hlen|plen| oper. | sender mac   | sender ip  | target mac   | target ip |
 * </pre>
 */
public final class ArpPacket {
  public static final int BYTES = 28;
  public static final int REQUEST = 1;
  public static final int REPLY = 2;

  private static final int HARDWARE_TYPE = 0;
  private static final int PROTOCOL_TYPE = 2;
  private static final int LENGTHS = 4;
  private static final int OPERATION = 6;
  private static final int SENDER_MAC = 8;
  private static final int SENDER_ADDRESS = 14;
  private static final int TARGET_MAC = 18;
  private static final int TARGET_ADDRESS = 24;

  private static final int HARDWARE_ETHERNET = 1;
  private static final int LENGTHS_ETHERNET_IPV4 = 0x0604;

  private Slab slab;
  private int offset;

  public ArpPacket(Slab slab) {
    this.slab = slab;
  }

  public ArpPacket wrap(Slab memory, int packetOffset) {
    slab = memory;
    offset = packetOffset;
    return this;
  }

  /**
   * Checks length and formats once; after {@code NONE} no accessor reads outside the packet. The
   * operation is not looked at: RFC 826 merges the sender first.
   */
  public DropReason check(int availableBytes) {
    if (availableBytes < BYTES) {
      return DropReason.ARP_TRUNCATED;
    }
    if (slab.getUnsignedShort(offset + HARDWARE_TYPE) != HARDWARE_ETHERNET) {
      return DropReason.ARP_BAD_HARDWARE_TYPE;
    }
    if (slab.getUnsignedShort(offset + PROTOCOL_TYPE) != EthernetHeader.TYPE_IPV4) {
      return DropReason.ARP_BAD_PROTOCOL_TYPE;
    }
    return slab.getUnsignedShort(offset + LENGTHS) != LENGTHS_ETHERNET_IPV4
        ? DropReason.ARP_BAD_LENGTHS
        : DropReason.NONE;
  }

  public int operation() {
    return slab.getUnsignedShort(offset + OPERATION);
  }

  public long senderMac() {
    return slab.getLong(offset + SENDER_MAC) >>> 16;
  }

  public int senderAddress() {
    return slab.getInt(offset + SENDER_ADDRESS);
  }

  public long targetMac() {
    return slab.getLong(offset + TARGET_MAC) >>> 16;
  }

  public int targetAddress() {
    return slab.getInt(offset + TARGET_ADDRESS);
  }

  /** Writes the types and lengths of IPv4 over Ethernet, and the operation. */
  public ArpPacket operation(int operation) {
    slab.putInt(offset + HARDWARE_TYPE, HARDWARE_ETHERNET << 16 | EthernetHeader.TYPE_IPV4);
    slab.putInt(offset + LENGTHS, LENGTHS_ETHERNET_IPV4 << 16 | operation);
    return this;
  }

  public ArpPacket sender(long mac, int address) {
    return party(SENDER_MAC, mac, address);
  }

  public ArpPacket target(long mac, int address) {
    return party(TARGET_MAC, mac, address);
  }

  private ArpPacket party(int field, long mac, int address) {
    slab.putInt(offset + field, (int) (mac >>> 16));
    slab.putShort(offset + field + 4, (int) mac);
    slab.putInt(offset + field + 6, address);
    return this;
  }
}
