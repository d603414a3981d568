package dev.trident.security;

import dev.trident.testkit.Frames;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Makes frames out of a fuzzer's bytes: a proper one first, by the choice of a template and its
 * fields, then some bytes changed, then the length, and at last checksums made right again, unless
 * the fuzzer wants them wrong. Without the last step nothing would get past them.
 *
 * <pre>
 *   octet: bits 0-3 template, 4-5 who speaks to whom, 6 IP checksum left alone, 7 transport's too
 *   fields of the template
 *   octet: bits 0-2 number of changes, 3-4 change of length (none, cut, padded, cut)
 *   changes: offset, value
 * </pre>
 */
final class FuzzFrames {
  static final int GROUP = 0xe1020304;
  static final long GROUP_MAC = 0x0100_5e02_0304L;

  private static final int LEAVE_IP_CHECKSUM = 1 << 6;
  private static final int LEAVE_CHECKSUM = 1 << 7;
  private static final int IP = 14;

  private final long victimMac;
  private final TcpPeers peers;

  FuzzFrames(long victimMac, TcpPeers peers) {
    this.victimMac = victimMac;
    this.peers = peers;
  }

  /** A frame by template {@code head}. */
  byte[] next(int head, FuzzInput input) {
    byte[] frame = template(head, input);
    int changes = input.octet();
    for (int i = changes & 7; i > 0 && frame.length > 0; i--) {
      int at = input.octet() % Math.min(frame.length, 256);
      frame[at] = (byte) input.octet();
    }
    frame =
        switch (changes >>> 3 & 3) {
          case 1 -> Arrays.copyOf(frame, input.pair() % (frame.length + 1));
          case 2 -> Arrays.copyOf(frame, Math.min(1_514, frame.length + input.octet()));
          case 3 -> Arrays.copyOf(frame, Math.max(0, frame.length - 1 - input.octet() % 32));
          default -> frame;
        };
    repair(frame, (head & LEAVE_IP_CHECKSUM) == 0, (head & LEAVE_CHECKSUM) == 0);
    return frame;
  }

  private byte[] template(int head, FuzzInput input) {
    int who = head >>> 4 & 3;
    return switch (head & 15) {
      case 0 -> input.octets(input.pair() % 1_600);
      case 1 -> arp(who, input);
      case 2 -> ip(who, Craft.ICMP, echo(input));
      case 3 -> ip(who, Craft.ICMP, icmpError(input));
      case 4 -> ip(who, Craft.UDP, udp(input));
      case 5, 6, 7 -> ip(who, Craft.TCP, peers.segment(input));
      case 8 -> ip(who, 2, igmp(input));
      case 9 -> fragment(who, input);
      case 10 -> withOptions(who, input);
      case 11 -> tagged(input);
      default -> ip(who, input.octet(), input.octets(input.octet() % 64));
    };
  }

  // ---- templates --------------------------------------------------------------------------------

  private byte[] arp(int who, FuzzInput input) {
    int operation = 1 + input.octet() % 4;
    int sender = address(who, input);
    int target = input.oneOf(Victim.ADDRESS, Attacker.ADDRESS, 0x0a000009, Victim.BROADCAST);
    long mac = input.oneOf(2, 3, 0x99);
    byte[] packet = Frames.arp(operation, 0x0200_0000_0000L | mac, sender, 0, target);
    long to = input.octet() % 2 == 0 ? Frames.BROADCAST_MAC : victimMac;
    return Frames.ethernet(to, Attacker.MAC, Frames.ARP, packet);
  }

  private static int address(int who, FuzzInput input) {
    return who == 3
        ? input.oneOf(Victim.ADDRESS, 0, -1, GROUP, 0x7f000001, Victim.BROADCAST)
        : 0x0a000000 | 2 + input.octet() % 8;
  }

  /** {@code who}: 0 to the victim, 1 to all, 2 to the group, 3 from somewhere odd. */
  private byte[] ip(int who, int protocol, byte[] data) {
    return ip(who, protocol, new byte[0], 0, data);
  }

  private byte[] ip(int who, int protocol, byte[] options, int flagsOffset, byte[] data) {
    int source = who == 3 ? oddSource(data) : Attacker.ADDRESS;
    int destination =
        switch (who) {
          case 1 -> data.length % 2 == 0 ? -1 : Victim.BROADCAST;
          case 2 -> GROUP;
          default -> Victim.ADDRESS;
        };
    long mac = who == 1 ? Frames.BROADCAST_MAC : who == 2 ? GROUP_MAC : victimMac;
    byte[] datagram = Frames.ipv4(source, destination, protocol, options, flagsOffset, data);
    return Frames.unpadded(mac, Attacker.MAC, Frames.IPV4, datagram);
  }

  private static int oddSource(byte[] data) {
    int[] odd = {Victim.ADDRESS, 0, 0x7f000001, Victim.BROADCAST, GROUP, 0x0a000063, 0x08080808};
    return odd[(data.length == 0 ? 0 : data[data.length - 1] & 0xff) % odd.length];
  }

  private static byte[] echo(FuzzInput input) {
    int type = input.oneOf(8, 0, 13, 15, 17, 18, 165, 9, 10, 4, 5);
    return Frames.icmp(type, input.octet() % 3, input.pair(), new byte[input.octet() * 5]);
  }

  private byte[] icmpError(FuzzInput input) {
    int type = input.oneOf(3, 11, 12, 4, 5);
    int code = input.octet() % 17;
    int mtu = input.pair();
    byte[] quote =
        switch (input.octet() % 3) {
          case 0 -> peers.quote(input);
          case 1 -> Craft.quote(Craft.UDP, input.oneOf(8, 7, 9), 4_000, 0x00100000);
          default -> Craft.quote(input.octet(), 1, 2, 3);
        };
    byte[] longer = Craft.totalLength(quote, input.oneOf(28, 576, 1_500, 65_535));
    return Frames.icmp(type, code, mtu, longer);
  }

  private static byte[] udp(FuzzInput input) {
    int port = input.oneOf(7, 8, 9, 11, 0);
    int from = input.oneOf(4_000, 5, 0);
    return Frames.udp(Attacker.ADDRESS, from, Victim.ADDRESS, port, new byte[input.octet() * 5]);
  }

  private static byte[] igmp(FuzzInput input) {
    ByteBuffer message = ByteBuffer.allocate(8 + 4 * (input.octet() % 8));
    message.put((byte) input.oneOf(0x11, 0x12, 0x16, 0x17, 0x22)).put((byte) input.octet());
    message.putShort((short) 0).putInt(input.oneOf(0, GROUP, 0xe0000001, 0x0a000001));
    if (message.remaining() >= 4) {
      message.putShort((short) input.pair()).putShort((short) input.octet());
      while (message.remaining() >= 4) {
        message.putInt(Attacker.ADDRESS + input.octet());
      }
    }
    return Craft.summed(message.array());
  }

  private byte[] fragment(int who, FuzzInput input) {
    int id = input.octet() % 32;
    int protocol = input.oneOf(Craft.UDP, Craft.ICMP, Craft.TCP, 4, 2);
    int place = input.octet();
    int offset = place < 200 ? place : 8_191 - (255 - place);
    boolean more = input.octet() % 3 != 0;
    byte[] data = new byte[input.octet() * 8 / (1 + input.octet() % 2 * 7) % 1_480];
    if (offset == 0 && data.length >= 8) {
      byte[] head =
          protocol == Craft.ICMP ? Craft.bytes(8, 0) : Craft.bytes(15, 160, 0, input.oneOf(7, 80));
      System.arraycopy(head, 0, data, 0, head.length);
    }
    byte[] frame = ip(who, protocol, new byte[0], (more ? 0x2000 : 0) | offset, data);
    Frames.putShort(frame, IP + 4, id);
    return frame;
  }

  private byte[] withOptions(int who, FuzzInput input) {
    byte[] options = new byte[4 * (1 + input.octet() % 10)];
    options[0] = (byte) input.oneOf(7, 68, 131, 137, 148, 0, 1, 130);
    for (int i = 1; i < options.length; i++) {
      options[i] = (byte) input.octet();
    }
    byte[] data = input.octet() % 2 == 0 ? echo(input) : udp(input);
    return ip(who, data[0] == 8 ? Craft.ICMP : Craft.UDP, options, 0, data);
  }

  private byte[] tagged(FuzzInput input) {
    byte[] echo = Craft.datagram(Craft.ICMP, Craft.icmp(8, 0, new byte[8]));
    int tag = input.pair();
    int type = input.oneOf(Frames.IPV4, Frames.ARP, 0x8100, 0x86dd, 0x8035, 46);
    return input.octet() % 2 == 0
        ? Frames.tagged(victimMac, Attacker.MAC, tag, type, echo)
        : Frames.ethernet(victimMac, Attacker.MAC, type, echo);
  }

  // ---- checksums --------------------------------------------------------------------------------

  private static void repair(byte[] frame, boolean header, boolean transport) {
    if (frame.length < IP + 20 || Frames.etherType(frame) != Frames.IPV4) {
      return;
    }
    int headerBytes = (frame[IP] & 0xf) * 4;
    int end = Math.min(frame.length, IP + Frames.getShort(frame, IP + 2));
    int start = IP + headerBytes;
    boolean fragment = (Frames.getShort(frame, IP + 6) & 0x3fff) != 0;
    int field =
        switch (frame[IP + 9]) {
          case Craft.ICMP, 2 -> 2;
          case Craft.UDP -> 6;
          case Craft.TCP -> 16;
          default -> -1;
        };
    if (transport && !fragment && field > 0 && headerBytes >= 20 && start + field + 2 <= end) {
      Frames.putShort(frame, start + field, 0);
      int pseudo = field == 2 ? 0 : pseudoHeader(frame, end - start);
      int sum = Frames.checksum(frame, start, end - start, pseudo);
      Frames.putShort(frame, start + field, field == 6 && sum == 0 ? 0xffff : sum);
    }
    if (header && headerBytes >= 20 && start <= frame.length) {
      Frames.putShort(frame, IP + 10, 0);
      Frames.putShort(frame, IP + 10, Frames.checksum(frame, IP, headerBytes, 0));
    }
  }

  private static int pseudoHeader(byte[] frame, int length) {
    int sum = (frame[IP + 9] & 0xff) + length;
    for (int at = IP + 12; at < IP + 20; at += 2) {
      sum += Frames.getShort(frame, at);
    }
    return sum;
  }
}
