package dev.trident.testkit;

import com.google.common.net.InetAddresses;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Frames as byte arrays, made and read without any code of the engine, so that a mistake there
 * cannot hide behind the same mistake here.
 */
public final class Frames {
  /** Shortest frame without FCS. */
  public static final int MIN_FRAME = 60;

  public static final int IPV4 = 0x0800;
  public static final int ARP = 0x0806;
  public static final int ICMP_PROTOCOL = 1;
  public static final int TCP_PROTOCOL = 6;
  public static final int UDP_PROTOCOL = 17;
  public static final long BROADCAST_MAC = 0xffff_ffff_ffffL;

  private Frames() {}

  // ---- making -----------------------------------------------------------------------------------

  /** An untagged frame, padded to 60 bytes. */
  public static byte[] ethernet(long destination, long source, int type, byte[] data) {
    byte[] frame = unpadded(destination, source, type, data);
    return frame.length >= MIN_FRAME ? frame : Arrays.copyOf(frame, MIN_FRAME);
  }

  /** An untagged frame of any length. */
  public static byte[] unpadded(long destination, long source, int type, byte[] data) {
    return ByteBuffer.allocate(14 + data.length)
        .put(mac(destination))
        .put(mac(source))
        .putShort((short) type)
        .put(data)
        .array();
  }

  /** A frame with an 802.1Q tag, priority 0. */
  public static byte[] tagged(long destination, long source, int vlan, int type, byte[] data) {
    byte[] inner =
        ByteBuffer.allocate(4 + data.length)
            .putShort((short) vlan)
            .putShort((short) type)
            .put(data)
            .array();
    return ethernet(destination, source, 0x8100, inner);
  }

  /** An ARP packet of IPv4 over Ethernet. */
  public static byte[] arp(int operation, long senderMac, int sender, long targetMac, int target) {
    return ByteBuffer.allocate(28)
        .putShort((short) 1)
        .putShort((short) IPV4)
        .put((byte) 6)
        .put((byte) 4)
        .putShort((short) operation)
        .put(mac(senderMac))
        .putInt(sender)
        .put(mac(targetMac))
        .putInt(target)
        .array();
  }

  /** An IPv4 datagram with TTL 64, without options. */
  public static byte[] ipv4(int source, int destination, int protocol, byte[] data) {
    return ipv4(source, destination, protocol, new byte[0], 0, data);
  }

  /**
   * An IPv4 datagram with TTL 64.
   *
   * @param options a multiple of 4 bytes
   * @param flagsOffset the field of flags and fragment offset
   */
  public static byte[] ipv4(
      int source, int destination, int protocol, byte[] options, int flagsOffset, byte[] data) {
    int headerBytes = 20 + options.length;
    byte[] datagram =
        ByteBuffer.allocate(headerBytes + data.length)
            .put((byte) (0x40 | headerBytes / 4))
            .put((byte) 0)
            .putShort((short) (headerBytes + data.length))
            .putShort((short) 0x1234)
            .putShort((short) flagsOffset)
            .put((byte) 64)
            .put((byte) protocol)
            .putShort((short) 0)
            .putInt(source)
            .putInt(destination)
            .put(options)
            .put(data)
            .array();
    return withIpv4Checksum(datagram);
  }

  /** Recomputes the header checksum in place, after a field was spoilt on purpose. */
  public static byte[] withIpv4Checksum(byte[] datagram) {
    int headerBytes = Math.min((datagram[0] & 0xf) * 4, datagram.length);
    putShort(datagram, 10, 0);
    putShort(datagram, 10, checksum(datagram, 0, headerBytes, 0));
    return datagram;
  }

  /** An ICMP message: type, code, 4 bytes of the rest of the header, data. */
  public static byte[] icmp(int type, int code, int rest, byte[] data) {
    byte[] message =
        ByteBuffer.allocate(8 + data.length)
            .put((byte) type)
            .put((byte) code)
            .putShort((short) 0)
            .putInt(rest)
            .put(data)
            .array();
    putShort(message, 2, checksum(message, 0, message.length, 0));
    return message;
  }

  /** A UDP datagram with its checksum, which needs the addresses. */
  public static byte[] udp(
      int source, int sourcePort, int destination, int destinationPort, byte[] data) {
    byte[] datagram =
        ByteBuffer.allocate(8 + data.length)
            .putShort((short) sourcePort)
            .putShort((short) destinationPort)
            .putShort((short) (8 + data.length))
            .putShort((short) 0)
            .put(data)
            .array();
    int sum = transportChecksum(source, destination, UDP_PROTOCOL, datagram);
    putShort(datagram, 6, sum == 0 ? 0xffff : sum);
    return datagram;
  }

  /**
   * A TCP segment with its checksum, which needs the addresses.
   *
   * @param flags as in {@link dev.trident.wire.TcpHeader}
   * @param options a multiple of four bytes
   */
  public static byte[] tcp(
      int source,
      int sourcePort,
      int destination,
      int destinationPort,
      int seq,
      int ack,
      int flags,
      byte[] options,
      byte[] data) {
    byte[] segment =
        ByteBuffer.allocate(20 + options.length + data.length)
            .putShort((short) sourcePort)
            .putShort((short) destinationPort)
            .putInt(seq)
            .putInt(ack)
            .putShort((short) ((5 + options.length / 4) << 12 | flags))
            .putShort((short) 0xffff)
            .putInt(0)
            .put(options)
            .put(data)
            .array();
    putShort(segment, 16, transportChecksum(source, destination, TCP_PROTOCOL, segment));
    return segment;
  }

  /** The checksum over pseudo-header and segment, whose own field counts as it is. */
  public static int transportChecksum(int source, int destination, int protocol, byte[] segment) {
    int pseudo =
        (source >>> 16)
            + (source & 0xffff)
            + (destination >>> 16)
            + (destination & 0xffff)
            + protocol
            + segment.length;
    return checksum(segment, 0, segment.length, pseudo);
  }

  /** RFC 1071, a byte at a time. */
  public static int checksum(byte[] bytes, int offset, int length, int start) {
    long sum = start;
    for (int i = 0; i < length; i++) {
      int octet = bytes[offset + i] & 0xff;
      sum += i % 2 == 0 ? octet << 8 : octet;
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (int) (~sum & 0xffff);
  }

  public static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** {@code length} bytes that count up from {@code first}. */
  public static byte[] pattern(int length, int first) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return bytes;
  }

  // ---- reading ----------------------------------------------------------------------------------

  public static int getByte(byte[] bytes, int offset) {
    return bytes[offset] & 0xff;
  }

  public static int getShort(byte[] bytes, int offset) {
    return ByteBuffer.wrap(bytes).getShort(offset) & 0xffff;
  }

  public static int getInt(byte[] bytes, int offset) {
    return ByteBuffer.wrap(bytes).getInt(offset);
  }

  /** A hardware address. */
  public static long getMac(byte[] bytes, int offset) {
    return (long) getShort(bytes, offset) << 32 | (getInt(bytes, offset + 2) & 0xffff_ffffL);
  }

  public static void putShort(byte[] bytes, int offset, int value) {
    ByteBuffer.wrap(bytes).putShort(offset, (short) value);
  }

  /** EtherType of an untagged frame. */
  public static int etherType(byte[] frame) {
    return getShort(frame, 12);
  }

  /** The IPv4 datagram in an untagged frame, cut to its total length, its checksum verified. */
  public static byte[] datagram(byte[] frame) {
    if (etherType(frame) != IPV4) {
      throw new AssertionError("EtherType " + Integer.toHexString(etherType(frame)));
    }
    byte[] datagram = Arrays.copyOfRange(frame, 14, 14 + getShort(frame, 16));
    if (checksum(datagram, 0, (datagram[0] & 0xf) * 4, 0) != 0) {
      throw new AssertionError("bad IPv4 header checksum");
    }
    return datagram;
  }

  /** What an IPv4 datagram carries. */
  public static byte[] data(byte[] datagram) {
    return Arrays.copyOfRange(datagram, (datagram[0] & 0xf) * 4, datagram.length);
  }

  /** The UDP payload in an untagged frame, its checksum verified. */
  public static byte[] udpPayload(byte[] frame) {
    byte[] datagram = datagram(frame);
    byte[] segment = data(datagram);
    int source = getInt(datagram, 12);
    int destination = getInt(datagram, 16);
    if (getShort(segment, 6) == 0
        || transportChecksum(source, destination, UDP_PROTOCOL, segment) != 0) {
      throw new AssertionError("bad UDP checksum");
    }
    return Arrays.copyOfRange(segment, 8, segment.length);
  }

  public static String dotted(int address) {
    return InetAddresses.fromInteger(address).getHostAddress();
  }

  private static byte[] mac(long address) {
    return Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(address).array(), 2, 8);
  }
}
