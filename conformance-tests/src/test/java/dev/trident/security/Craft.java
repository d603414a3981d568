package dev.trident.security;

import dev.trident.testkit.Frames;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Frames that may lie in any field: good ones to begin with, single fields changed, and checksums
 * made right again over whatever came of it.
 */
final class Craft {
  static final int ICMP = Frames.ICMP_PROTOCOL;
  static final int TCP = Frames.TCP_PROTOCOL;
  static final int UDP = Frames.UDP_PROTOCOL;
  static final int MORE_FRAGMENTS = 0x2000;
  static final int DONT_FRAGMENT = 0x4000;

  private static final int SOURCE_PORT = 4_000;

  private Craft() {}

  // ---- link -------------------------------------------------------------------------------------

  /** A frame from the attacker to the victim. */
  static byte[] frame(Victim victim, byte[] datagram) {
    return frame(victim, Frames.IPV4, datagram);
  }

  static byte[] frame(Victim victim, int type, byte[] data) {
    return Frames.ethernet(victim.mac, Attacker.MAC, type, data);
  }

  /** A frame that is not filled up to 60 bytes. */
  static byte[] bare(Victim victim, int type, byte[] data) {
    return Frames.unpadded(victim.mac, Attacker.MAC, type, data);
  }

  // ---- IPv4 -------------------------------------------------------------------------------------

  /** A datagram from the attacker to the victim. */
  static byte[] datagram(int protocol, byte[] data) {
    return Frames.ipv4(Attacker.ADDRESS, Victim.ADDRESS, protocol, data);
  }

  /** A datagram with options, filled up to a multiple of four bytes. */
  static byte[] withOptions(int protocol, byte[] options, byte[] data) {
    byte[] padded = Arrays.copyOf(options, (options.length + 3) & ~3);
    return Frames.ipv4(Attacker.ADDRESS, Victim.ADDRESS, protocol, padded, 0, data);
  }

  /**
   * A fragment from the attacker to the victim.
   *
   * @param offset in bytes, a multiple of 8
   */
  static byte[] fragment(int id, int protocol, int offset, boolean more, byte[] data) {
    return fragment(Attacker.ADDRESS, id, protocol, offset, more, data);
  }

  /** A fragment from anywhere. */
  static byte[] fragment(int source, int id, int protocol, int offset, boolean more, byte[] data) {
    byte[] datagram =
        Frames.ipv4(
            source,
            Victim.ADDRESS,
            protocol,
            new byte[0],
            (more ? MORE_FRAGMENTS : 0) | offset / 8,
            data);
    Frames.putShort(datagram, 4, id);
    return Frames.withIpv4Checksum(datagram);
  }

  /** The datagram with another total length. */
  static byte[] totalLength(byte[] datagram, int length) {
    return Frames.withIpv4Checksum(with16(datagram, 2, length));
  }

  // ---- transports -------------------------------------------------------------------------------

  static byte[] udp(int port, byte[] data) {
    return Frames.udp(Attacker.ADDRESS, SOURCE_PORT, Victim.ADDRESS, port, data);
  }

  static byte[] icmp(int type, int code, byte[] data) {
    return Frames.icmp(type, code, 0, data);
  }

  /** The ICMP message, or IGMP message, with its checksum made right. */
  static byte[] summed(byte[] message) {
    byte[] copy = with16(message, 2, 0);
    Frames.putShort(copy, 2, Frames.checksum(copy, 0, copy.length, 0));
    return copy;
  }

  /** The UDP datagram with its checksum made right over all its bytes. */
  static byte[] udpSummed(byte[] datagram) {
    byte[] copy = with16(datagram, 6, 0);
    int sum = Frames.transportChecksum(Attacker.ADDRESS, Victim.ADDRESS, Frames.UDP_PROTOCOL, copy);
    Frames.putShort(copy, 6, sum == 0 ? 0xffff : sum);
    return copy;
  }

  /** The UDP datagram with no checksum. */
  static byte[] udpUnsummed(byte[] datagram) {
    return with16(datagram, 6, 0);
  }

  /** The TCP segment with its checksum made right over all its bytes, if it has the field. */
  static byte[] tcpSummed(byte[] segment) {
    if (segment.length < 18) {
      return segment;
    }
    byte[] copy = with16(segment, 16, 0);
    Frames.putShort(
        copy,
        16,
        Frames.transportChecksum(Attacker.ADDRESS, Victim.ADDRESS, Frames.TCP_PROTOCOL, copy));
    return copy;
  }

  /** A datagram that the victim might have sent to the attacker, as far as errors quote it. */
  static byte[] quote(int protocol, int sourcePort, int port, int seq) {
    byte[] head =
        ByteBuffer.allocate(8)
            .putShort((short) sourcePort)
            .putShort((short) port)
            .putInt(seq)
            .array();
    return Frames.ipv4(Victim.ADDRESS, Attacker.ADDRESS, protocol, head);
  }

  // ---- bytes ------------------------------------------------------------------------------------

  static byte[] with8(byte[] bytes, int offset, int value) {
    byte[] copy = bytes.clone();
    copy[offset] = (byte) value;
    return copy;
  }

  static byte[] with16(byte[] bytes, int offset, int value) {
    byte[] copy = bytes.clone();
    Frames.putShort(copy, offset, value);
    return copy;
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
