package dev.trident.wire;

import dev.trident.buffer.Slab;
import dev.trident.trace.DropReason;

/**
 * View of an Ethernet II header (RFC 894) with an optional IEEE 802.1Q tag.
 *
 * <pre>
 *   0            6            12       14                  untagged
 *   | destination | source     | type   | data ...
 *   0            6            12       14     16     18    tagged: TPID 0x8100, then the TCI
 *   | destination | source     | 0x8100 | TCI  | type | data ...
 * </pre>
 *
 * <p>A type up to 1500 is a length (IEEE 802.3 format).
 */
public final class EthernetHeader {
  /** Without a tag. */
  public static final int BYTES = 14;

  public static final int TAGGED_BYTES = 18;

  /** Shortest frame without FCS that a sender puts on the wire. */
  public static final int MIN_FRAME_BYTES = 60;

  public static final int TYPE_IPV4 = 0x0800;
  public static final int TYPE_ARP = 0x0806;
  public static final int TYPE_RARP = 0x8035;
  public static final int TYPE_VLAN = 0x8100;
  public static final int TYPE_IPV6 = 0x86dd;

  /** Provider tag of IEEE 802.1ad. */
  public static final int TYPE_PROVIDER_VLAN = 0x88a8;

  /** Largest value of the type field that is a length. */
  public static final int MAX_LENGTH_FIELD = 1_500;

  private static final int DESTINATION = 0;
  private static final int SOURCE = 6;
  private static final int TYPE = 12;
  private static final int TAG_CONTROL = 14;
  private static final int INNER_TYPE = 16;
  private static final int VLAN_MASK = 0xfff;

  private Slab slab;
  private int offset;

  /** Destination, and the first two bytes of the source. */
  private long first;

  /** Source, and the type field. */
  private long second;

  /** Control information and inner type of the tag; meaningful if tagged. */
  private int tag;

  public EthernetHeader(Slab slab) {
    this.slab = slab;
  }

  public EthernetHeader wrap(Slab memory, int headerOffset) {
    slab = memory;
    offset = headerOffset;
    return this;
  }

  /** Checks the length and reads the header, once: after {@code NONE} the accessors tell it. */
  public DropReason check(int availableBytes) {
    if (availableBytes < BYTES) {
      return DropReason.ETHERNET_TRUNCATED;
    }
    first = slab.getLong(offset + DESTINATION);
    second = slab.getLong(offset + SOURCE);
    if (isTagged()) {
      if (availableBytes < TAGGED_BYTES) {
        return DropReason.ETHERNET_VLAN_TRUNCATED;
      }
      tag = slab.getInt(offset + TAG_CONTROL);
    }
    return DropReason.NONE;
  }

  /** Hardware address in the low 48 bits. */
  public long destination() {
    return first >>> 16;
  }

  /** Hardware address in the low 48 bits. */
  public long source() {
    return second >>> 16;
  }

  public boolean isTagged() {
    return (second & 0xffff) == TYPE_VLAN;
  }

  /** VLAN identifier of the tag, 0..4095; meaningful if tagged. */
  public int vlan() {
    return tag >>> 16 & VLAN_MASK;
  }

  /** EtherType of the data, behind the tag if there is one. */
  public int type() {
    int type = (int) second & 0xffff;
    return type == TYPE_VLAN ? tag & 0xffff : type;
  }

  public int headerBytes() {
    return isTagged() ? TAGGED_BYTES : BYTES;
  }

  public EthernetHeader destination(long mac) {
    slab.putInt(offset + DESTINATION, (int) (mac >>> 16));
    slab.putShort(offset + DESTINATION + 4, (int) mac);
    return this;
  }

  public EthernetHeader source(long mac) {
    slab.putInt(offset + SOURCE, (int) (mac >>> 16));
    slab.putShort(offset + SOURCE + 4, (int) mac);
    return this;
  }

  /** Makes the header untagged. */
  public EthernetHeader type(int etherType) {
    slab.putShort(offset + TYPE, etherType);
    return this;
  }

  /** Makes the header tagged, with priority 0. */
  public EthernetHeader type(int etherType, int vlan) {
    slab.putShort(offset + TYPE, TYPE_VLAN);
    slab.putShort(offset + TAG_CONTROL, vlan & VLAN_MASK);
    slab.putShort(offset + INNER_TYPE, etherType);
    return this;
  }
}
