package dev.trident.script;

import dev.trident.script.driver.ApiDriver.Sent;
import dev.trident.script.lang.Segment;
import dev.trident.script.lang.Segment.TcpOption;
import dev.trident.wire.Ipv4Header;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A datagram that left the stack, read field by field. Nothing of it is trusted: a length that does
 * not fit is a mismatch, as is a wrong checksum.
 */
final class LivePacket {
  static final int TCP_HEADER_BYTES = 20;
  static final int UDP_HEADER_BYTES = 8;
  static final int ICMP_HEADER_BYTES = 8;

  private static final int UDP_CHECKSUM = 6;

  /** Flags in which the pieces of one large segment may differ. */
  private static final int MAY_DIFFER = TcpFlag.FIN | TcpFlag.PSH | TcpFlag.CWR;

  private final long nanos;
  private final ByteBuffer bytes;

  private LivePacket(long nanos, ByteBuffer bytes) {
    this.nanos = nanos;
    this.bytes = bytes;
  }

  /** Reads a datagram and checks lengths and checksums. */
  static LivePacket read(Sent sent) throws MismatchException {
    ByteBuffer datagram = sent.datagram();
    require(datagram.limit() >= Ipv4Header.BYTES, "shorter than an IPv4 header");
    int total = datagram.getShort(2) & 0xffff;
    require(total <= datagram.limit(), "shorter than its total length of " + total);
    LivePacket packet = new LivePacket(sent.nanos(), datagram.slice(0, total));
    packet.check();
    return packet;
  }

  private static void require(boolean holds, String what) throws MismatchException {
    if (!holds) {
      throw new MismatchException("live packet: " + what);
    }
  }

  private void check() throws MismatchException {
    require(version() == 4, "IP version " + version());
    require(headerBytes() >= Ipv4Header.BYTES && headerBytes() <= totalBytes(), "IP header length");
    require(sum(0, headerBytes()) == 0xffff, "wrong IP header checksum");
    if (isFragment()) {
      return;
    }
    int length = totalBytes() - headerBytes();
    switch (protocol()) {
      case Ipv4Header.PROTOCOL_TCP -> {
        require(length >= TCP_HEADER_BYTES, "shorter than a TCP header");
        require(
            tcpHeaderBytes() >= TCP_HEADER_BYTES && tcpHeaderBytes() <= length, "TCP data offset");
        require(transportSum() == 0xffff, "wrong TCP checksum");
      }
      case Ipv4Header.PROTOCOL_UDP -> {
        require(length >= UDP_HEADER_BYTES, "shorter than a UDP header");
        int udpLength = u16(headerBytes() + 4);
        require(udpLength == length, "UDP length " + udpLength + " of " + length + " bytes");
        boolean computed = u16(headerBytes() + UDP_CHECKSUM) != 0;
        require(!computed || transportSum() == 0xffff, "wrong UDP checksum");
      }
      case Ipv4Header.PROTOCOL_ICMP -> {
        require(length >= ICMP_HEADER_BYTES, "shorter than an ICMP header");
        require(sum(headerBytes(), length) == 0xffff, "wrong ICMP checksum");
      }
      default -> {}
    }
  }

  private int sum(int from, int length) {
    return Checksums.fold(Checksums.sum(bytes, from, length));
  }

  private int transportSum() {
    int length = totalBytes() - headerBytes();
    return Checksums.fold(
        Checksums.sum(bytes, headerBytes(), length)
            + Checksums.pseudoHeader(source(), destination(), protocol(), length));
  }

  long nanos() {
    return nanos;
  }

  private int u8(int at) {
    return bytes.get(at) & 0xff;
  }

  private int u16(int at) {
    return bytes.getShort(at) & 0xffff;
  }

  // ---- IP -----------------------------------------------------------------------------------

  private int version() {
    return u8(0) >>> 4;
  }

  private int headerBytes() {
    return (u8(0) & 0xf) << 2;
  }

  boolean hasIpOptions() {
    return headerBytes() != Ipv4Header.BYTES;
  }

  int totalBytes() {
    return bytes.limit();
  }

  int tos() {
    return u8(1);
  }

  int ttl() {
    return u8(8);
  }

  boolean isFragment() {
    return (u16(6) & 0x3fff) != 0;
  }

  int protocol() {
    return u8(9);
  }

  int source() {
    return bytes.getInt(12);
  }

  int destination() {
    return bytes.getInt(16);
  }

  boolean isTcp() {
    return protocol() == Ipv4Header.PROTOCOL_TCP && !isFragment();
  }

  boolean isUdp() {
    return protocol() == Ipv4Header.PROTOCOL_UDP && !isFragment();
  }

  boolean isIcmp() {
    return protocol() == Ipv4Header.PROTOCOL_ICMP && !isFragment();
  }

  // ---- TCP and UDP --------------------------------------------------------------------------

  int sourcePort() {
    return u16(headerBytes());
  }

  int destinationPort() {
    return u16(headerBytes() + 2);
  }

  int sequence() {
    return bytes.getInt(headerBytes() + 4);
  }

  int acknowledgment() {
    return bytes.getInt(headerBytes() + 8);
  }

  private int tcpHeaderBytes() {
    return u8(headerBytes() + 12) >>> 4 << 2;
  }

  /** The three bits between data offset and AE. */
  int reservedBits() {
    return u8(headerBytes() + 12) >>> 1 & 0x7;
  }

  /** Nine bits, numbered as {@link Segment.Tcp#flags()}. */
  int flags() {
    return u16(headerBytes() + 12) & 0x1ff;
  }

  boolean has(int flag) {
    return (flags() & flag) != 0;
  }

  int window() {
    return u16(headerBytes() + 14);
  }

  int urgentPointer() {
    return u16(headerBytes() + 18);
  }

  byte[] optionBytes() {
    byte[] options = new byte[tcpHeaderBytes() - TCP_HEADER_BYTES];
    bytes.get(headerBytes() + TCP_HEADER_BYTES, options);
    return options;
  }

  List<TcpOption> options() {
    return OptionCodec.decode(optionBytes());
  }

  private int payloadOffset() {
    return switch (protocol()) {
      case Ipv4Header.PROTOCOL_TCP -> headerBytes() + tcpHeaderBytes();
      case Ipv4Header.PROTOCOL_UDP -> headerBytes() + UDP_HEADER_BYTES;
      default -> headerBytes() + ICMP_HEADER_BYTES;
    };
  }

  int payloadBytes() {
    return totalBytes() - payloadOffset();
  }

  /** Offset in the payload of the first byte that is not zero, or -1. */
  int firstNonZero() {
    int start = payloadOffset();
    for (int at = start; at < totalBytes(); at++) {
      if (bytes.get(at) != 0) {
        return at - start;
      }
    }
    return -1;
  }

  // ---- ICMP ---------------------------------------------------------------------------------

  int icmpType() {
    return u8(headerBytes());
  }

  int icmpCode() {
    return u8(headerBytes() + 1);
  }

  /** The field that holds the MTU when fragmentation is needed. */
  int icmpMtu() {
    return u16(headerBytes() + 6);
  }

  // ---- super-segments -----------------------------------------------------------------------

  /** Whether {@code next} continues this segment in a way that hardware could have cut. */
  boolean isContinuedBy(LivePacket next) {
    return isTcp()
        && next.isTcp()
        && next.sequence() == sequence() + payloadBytes()
        && next.payloadBytes() <= payloadBytes()
        && next.payloadBytes() > 0
        && (next.flags() & ~MAY_DIFFER) == (flags() & ~MAY_DIFFER)
        && !has(TcpFlag.FIN)
        && next.acknowledgment() == acknowledgment()
        && next.urgentPointer() == urgentPointer()
        && next.tos() == tos()
        && next.ttl() == ttl()
        && next.tcpHeaderBytes() == tcpHeaderBytes();
  }

  /**
   * The segment that {@code pieces} are cut from: number and CWR of the first, everything else and
   * the time of the last. All payload bytes are there, so that they can be compared; the checksums
   * are not right, for they have been checked.
   */
  static LivePacket merge(List<LivePacket> pieces) {
    LivePacket first = pieces.getFirst();
    LivePacket last = pieces.getLast();
    int payload = 0;
    for (LivePacket piece : pieces) {
      payload += piece.payloadBytes();
    }
    int header = last.payloadOffset();
    ByteBuffer merged = ByteBuffer.allocate(header + payload);
    merged.put(last.bytes.slice(0, header));
    for (LivePacket piece : pieces) {
      merged.put(piece.bytes.slice(piece.payloadOffset(), piece.payloadBytes()));
    }
    int tcp = last.headerBytes();
    merged.putInt(tcp + 4, first.sequence());
    int flags = (last.flags() & ~TcpFlag.CWR) | (first.flags() & TcpFlag.CWR);
    merged.put(tcp + 13, (byte) flags);
    return new LivePacket(last.nanos, merged.flip());
  }

  /** What a script would write, with live numbers. */
  Segment.Tcp tcp() {
    return new Segment.Tcp(
        flags(),
        Segment.UNSET,
        new Segment.Sequence(true, false, sequence() & 0xffff_ffffL, payloadBytes()),
        acknowledgment() & 0xffff_ffffL,
        window(),
        urgentPointer(),
        options());
  }
}
