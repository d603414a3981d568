package dev.trident.tcp;

import dev.trident.buffer.Fragment;
import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.Slab;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.TcpProfile.OptionOrder;
import dev.trident.ip.Ipv4Output;
import dev.trident.ip.Path;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.InternetChecksum;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.TcpHeader;
import dev.trident.wire.TcpOptions;
import org.jspecify.annotations.Nullable;

/**
 * Puts the TCP header in front of a segment and hands it to IP. Knows nothing of connections: all
 * header fields are arguments.
 */
final class SegmentOutput {
  /** The device's ring is full: nothing was sent, and the segment is to be sent again later. */
  static final int WOULD_BLOCK = StackError.WOULD_BLOCK.code;

  private final PacketPool pool;
  private final Slab slab;
  private final Ipv4Output ip;
  private final Counters counters;
  private final int ttl;
  private final TcpHeader header;
  private final SegmentOptions options = new SegmentOptions();

  /** Of the next segment. */
  private int dscp;

  SegmentOutput(PacketPool pool, Ipv4Output ip, Counters counters, int ttl) {
    this.pool = pool;
    this.ip = ip;
    this.counters = counters;
    this.ttl = ttl;
    slab = pool.slab();
    header = new TcpHeader(slab);
  }

  /** The options of the next segment; whoever sends one sets them before. */
  SegmentOptions options() {
    return options;
  }

  /** The next segment, and no other, has that differentiated services code point. */
  void dscp(int codePoint) {
    dscp = codePoint;
  }

  /**
   * Sends a packet of the send buffer, which stays the caller's: its head is the payload, or it has
   * fragments and no head. Bytes in front of the payload are overwritten.
   *
   * @param ports ours in the upper half, the peer's in the lower
   * @param ecn the ECN field of the datagram
   * @return 0, {@link #WOULD_BLOCK}, or an error that means the segment is lost
   */
  int send(
      Packet packet, Path path, int ports, int seq, int ack, int controlBits, int window, int ecn) {
    int headBytes = packet.payloadBytes - packet.fragmentBytes();
    packet.setRange(packet.payloadOffset, headBytes);
    int headerBytes = TcpHeader.BYTES + options.bytes();
    int at = packet.push(headerBytes);
    long headerSum = writeHeader(at, headerBytes, ports, seq, ack, controlBits, window);
    long pseudoSum = pseudoHeader(path, packet.totalBytes());
    Fragment fragment = packet.fragments();
    if (fragment != null && fragment.isForeign()) {
      // The device sums what it gathered: reading a user's bytes here would cost twice as much.
      header.checksum(InternetChecksum.fold(pseudoSum));
      packet.requestChecksum(at, header.checksumField());
    } else {
      long payloadSum =
          fragment != null
              ? sumOf(fragment)
              : InternetChecksum.sum(slab, packet.payloadOffset, headBytes);
      header.checksum(InternetChecksum.complement(headerSum + pseudoSum + payloadSum));
    }
    return hand(packet, path, ecn, !options.mayFragment());
  }

  /** The payload behind a header of even length lies in fragments only. */
  private long sumOf(Fragment first) {
    long sum = 0;
    int before = 0;
    for (Fragment fragment = first; fragment != null; fragment = fragment.next()) {
      long part = InternetChecksum.sum(slab, fragment.slabOffset(), fragment.lengthBytes());
      sum += (before & 1) == 0 ? part : InternetChecksum.atOddOffset(part);
      before += fragment.lengthBytes();
    }
    return sum;
  }

  /** Returns the sum of header and options. */
  private long writeHeader(
      int at, int headerBytes, int ports, int seq, int ack, int controlBits, int window) {
    int urgentPointer = options.urgentPointer();
    int bits = urgentPointer == 0 ? controlBits : controlBits | TcpHeader.URG;
    long sum = header.wrap(at).write(ports, seq, ack, headerBytes, bits, window, urgentPointer);
    if (headerBytes == TcpHeader.BYTES) {
      return sum;
    }
    options.write(slab, at + TcpHeader.BYTES);
    return sum + InternetChecksum.sum(slab, at + TcpHeader.BYTES, headerBytes - TcpHeader.BYTES);
  }

  /** Sends a segment without data, from the cells reserved for such. */
  int sendControl(Path path, int ports, int seq, int ack, int controlBits, int window) {
    Packet packet = allocate();
    if (packet == null) {
      return StackError.NO_BUFFERS.code;
    }
    int headerBytes = TcpHeader.BYTES + options.bytes();
    int at = packet.push(headerBytes);
    long sum =
        writeHeader(at, headerBytes, ports, seq, ack, controlBits, window)
            + pseudoHeader(path, headerBytes);
    header.checksum(InternetChecksum.complement(sum));
    int result = hand(packet, path, Ipv4Header.NOT_ECT, true);
    packet.release();
    return result;
  }

  /**
   * Sends a SYN or SYN,ACK with its options, laid out in {@code order}.
   *
   * @param data to be copied behind the header, or null; its head is the payload
   */
  int sendSyn(
      Path path,
      int ports,
      int seq,
      int ack,
      int controlBits,
      int window,
      SynOptions options,
      OptionOrder order,
      @Nullable Packet data) {
    Packet packet = allocate();
    if (packet == null) {
      return StackError.NO_BUFFERS.code;
    }
    int at = packet.push(TcpHeader.BYTES + TcpOptions.MAX_BYTES);
    int optionBytes = options.write(slab, at + TcpHeader.BYTES, order);
    int headerBytes = TcpHeader.BYTES + optionBytes;
    int dataBytes = data == null ? 0 : data.payloadBytes;
    packet.setRange(at, headerBytes + dataBytes);
    if (data != null) {
      slab.copy(data.payloadOffset, at + headerBytes, dataBytes);
      counters.add(Counter.BYTES_COPIED_WITHIN, dataBytes);
    }
    long sum =
        header.wrap(at).write(ports, seq, ack, headerBytes, controlBits, window, 0)
            + InternetChecksum.sum(slab, at + TcpHeader.BYTES, optionBytes + dataBytes)
            + pseudoHeader(path, headerBytes + dataBytes);
    header.checksum(InternetChecksum.complement(sum));
    int result = hand(packet, path, Ipv4Header.NOT_ECT, true);
    packet.release();
    return result;
  }

  private @Nullable Packet allocate() {
    Packet packet = pool.allocateReserved();
    if (packet == null) {
      dscp = 0;
      counters.drop(DropReason.NO_MEMORY);
    }
    return packet;
  }

  private static long pseudoHeader(Path path, int lengthBytes) {
    return InternetChecksum.pseudoHeader(
        path.source(), path.destination(), Ipv4Header.PROTOCOL_TCP, lengthBytes);
  }

  private int hand(Packet packet, Path path, int ecn, boolean dontFragment) {
    int tos = dscp << Ipv4Header.DSCP_SHIFT | ecn;
    dscp = 0;
    int result = ip.send(packet, path, Ipv4Header.PROTOCOL_TCP, ttl, tos, dontFragment);
    if (result != WOULD_BLOCK) {
      counters.increment(Counter.TCP_SEGMENTS_SENT);
    }
    return result;
  }
}
