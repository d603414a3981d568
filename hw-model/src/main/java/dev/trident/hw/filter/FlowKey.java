package dev.trident.hw.filter;

import dev.trident.buffer.Slab;

/**
 * The fields of a received frame that filters look at; reused for each frame. Local is the
 * destination, as the receiver sees it.
 */
public final class FlowKey {
  /** Protocol numbers with ports. */
  public static final int TCP = 6;

  public static final int UDP = 17;

  private static final int ETHERNET_BYTES = 14;
  private static final int ETHERTYPE = 12;
  private static final int TAG_BYTES = 4;
  private static final int ETHERTYPE_IPV4 = 0x0800;
  private static final int ETHERTYPE_VLAN = 0x8100;
  private static final int IPV4_MIN_BYTES = 20;
  private static final int FRAGMENT = 6;
  private static final int PROTOCOL = 9;
  private static final int SOURCE = 12;
  private static final int DESTINATION = 16;

  /** More Fragments, or an offset. */
  private static final int FRAGMENT_BITS = 0x3fff;

  private static final int OFFSET_BITS = 0x1fff;

  private static final int VLAN_MASK = 0xfff;

  private int vlan;
  private int protocol;
  private int localAddress;
  private int localPort;
  private int remoteAddress;
  private int remotePort;
  private boolean fragment;

  /**
   * Reads a frame of {@code length} bytes at {@code offset}.
   *
   * @return whether it is TCP or UDP over IPv4 with its ports in it: the first fragment of a
   *     datagram has them too, and {@link #isFragment} tells
   */
  public boolean parse(Slab slab, int offset, int length) {
    int ip = offset + ETHERNET_BYTES;
    int left = length - ETHERNET_BYTES;
    if (left < IPV4_MIN_BYTES) {
      return false;
    }
    int type = slab.getUnsignedShort(offset + ETHERTYPE);
    vlan = 0;
    if (type == ETHERTYPE_VLAN) {
      vlan = slab.getUnsignedShort(offset + ETHERTYPE + 2) & VLAN_MASK;
      type = slab.getUnsignedShort(offset + ETHERTYPE + TAG_BYTES);
      ip += TAG_BYTES;
      left -= TAG_BYTES;
    }
    if (type != ETHERTYPE_IPV4 || left < IPV4_MIN_BYTES) {
      return false;
    }
    int versionAndLength = slab.getUnsignedByte(ip);
    int headerBytes = (versionAndLength & 0xf) << 2;
    protocol = slab.getUnsignedByte(ip + PROTOCOL);
    int fragmentBits = slab.getUnsignedShort(ip + FRAGMENT);
    if (versionAndLength >>> 4 != 4
        || headerBytes < IPV4_MIN_BYTES
        || left < headerBytes + 4
        || (protocol != TCP && protocol != UDP)
        || (fragmentBits & OFFSET_BITS) != 0) {
      return false;
    }
    fragment = (fragmentBits & FRAGMENT_BITS) != 0;
    remoteAddress = slab.getInt(ip + SOURCE);
    // In halves, as the sender has just stored it so: a load across two fresh stores would wait.
    localAddress =
        slab.getUnsignedShort(ip + DESTINATION) << 16 | slab.getUnsignedShort(ip + DESTINATION + 2);
    int ports = slab.getInt(ip + headerBytes);
    remotePort = ports >>> 16;
    localPort = ports & 0xffff;
    return true;
  }

  /** Number of the VLAN; 0 for a frame without a tag, and for one that only has a priority. */
  public int vlan() {
    return vlan;
  }

  public int protocol() {
    return protocol;
  }

  public int localAddress() {
    return localAddress;
  }

  public int localPort() {
    return localPort;
  }

  public int remoteAddress() {
    return remoteAddress;
  }

  public int remotePort() {
    return remotePort;
  }

  /** Whether more fragments follow; filters never match fragments. */
  public boolean isFragment() {
    return fragment;
  }

  /** Whether the destination is a multicast address (RFC 1112 section 4). */
  public boolean isMulticast() {
    return localAddress >>> 28 == 0xe;
  }
}
