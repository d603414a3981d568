package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.trace.DropReason;
import dev.trident.wire.InternetChecksum;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.TcpHeader;
import dev.trident.wire.TcpOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The segment that is being processed: SEG.* of RFC 9293 section 3.3.1. One object serves all
 * segments of a layer. Trimming to the window changes this view, never the bytes.
 */
final class Segment {
  private static final int GOOD_SUM = 0xffff;

  private final Slab slab;
  private final TcpHeader header;
  private final TcpOptions options = new TcpOptions();

  private @Nullable Packet packet;
  private int source;
  private int destination;
  private int sourcePort;
  private int destinationPort;
  private int segSeq;
  private int segAck;
  private int segWnd;
  private int controlBits;

  /** A SYN came, though it may be trimmed off by now. */
  private boolean cameWithSyn;

  /** Behind the last urgent octet; meaningful with URG only. */
  private int segUp;

  private int payloadOffset;
  private int payloadBytes;
  private boolean optionsWellFormed;

  Segment(Slab slab) {
    this.slab = slab;
    header = new TcpHeader(slab);
  }

  /**
   * Takes up a segment whose head is the TCP header. The caller keeps its reference to {@code
   * received} unless {@link #takePacket} is called.
   *
   * @return NONE, or why it is to be dropped; nothing else here is meaningful then
   */
  DropReason read(Packet received, int sourceAddress, int destinationAddress) {
    int offset = received.offset();
    int length = received.length();
    packet = received;
    DropReason reason = header.wrap(offset).check(length);
    if (reason != DropReason.NONE) {
      return reason;
    }
    long sum =
        InternetChecksum.pseudoHeader(
                sourceAddress, destinationAddress, Ipv4Header.PROTOCOL_TCP, length)
            + InternetChecksum.sum(slab, offset, length);
    if (InternetChecksum.fold(sum) != GOOD_SUM) {
      return DropReason.TCP_BAD_CHECKSUM;
    }
    source = sourceAddress;
    destination = destinationAddress;
    sourcePort = header.sourcePort();
    destinationPort = header.destinationPort();
    if (sourcePort == 0 || destinationPort == 0) {
      return DropReason.TCP_BAD_PORT;
    }
    segSeq = header.sequenceNumber();
    segAck = header.acknowledgmentNumber();
    segWnd = header.window();
    controlBits = header.controlBits();
    cameWithSyn = syn();
    segUp = segSeq + header.urgentPointer();
    int headerBytes = header.headerBytes();
    payloadOffset = offset + headerBytes;
    payloadBytes = length - headerBytes;
    readOptions(offset, headerBytes);
    return DropReason.NONE;
  }

  private void readOptions(int offset, int headerBytes) {
    if (headerBytes == TcpHeader.BYTES) {
      options.clear();
      optionsWellFormed = true;
    } else {
      optionsWellFormed =
          options.read(slab, offset + TcpHeader.BYTES, headerBytes - TcpHeader.BYTES);
    }
  }

  /** Whether reading the options did not stop early. A segment is processed either way. */
  boolean hasWellFormedOptions() {
    return optionsWellFormed;
  }

  /** Passes the reference to the packet to the caller: the payload is kept. */
  Packet takePacket() {
    Packet taken = Objects.requireNonNull(packet);
    packet = null;
    return taken;
  }

  /** Gives the packet back unless somebody took it. */
  void release() {
    Packet left = packet;
    if (left != null) {
      packet = null;
      left.release();
    }
  }

  int source() {
    return source;
  }

  int destination() {
    return destination;
  }

  int sourcePort() {
    return sourcePort;
  }

  int destinationPort() {
    return destinationPort;
  }

  /** SEG.SEQ of what is left of the segment. */
  int seq() {
    return segSeq;
  }

  /** SEG.ACK; meaningful if {@link #ack}. */
  int ackNumber() {
    return segAck;
  }

  /**
   * SEG.WND in octets, with the field in units of two to the power of {@code shift}; except in a
   * SYN, which is never scaled (RFC 7323 section 2.2), not even once it is trimmed off.
   */
  int window(int shift) {
    return cameWithSyn ? segWnd : segWnd << shift;
  }

  /** SEG.LEN: octets of data, and one each for SYN and FIN. */
  int len() {
    return payloadBytes + (controlBits >>> 1 & 1) + (controlBits & 1);
  }

  int payloadOffset() {
    return payloadOffset;
  }

  int payloadBytes() {
    return payloadBytes;
  }

  TcpOptions options() {
    return options;
  }

  boolean fin() {
    return (controlBits & TcpHeader.FIN) != 0;
  }

  boolean syn() {
    return (controlBits & TcpHeader.SYN) != 0;
  }

  boolean rst() {
    return (controlBits & TcpHeader.RST) != 0;
  }

  boolean ack() {
    return (controlBits & TcpHeader.ACK) != 0;
  }

  boolean ece() {
    return (controlBits & TcpHeader.ECE) != 0;
  }

  boolean cwr() {
    return (controlBits & TcpHeader.CWR) != 0;
  }

  /** The ECN field of the datagram; before {@link #takePacket} only. */
  int ecn() {
    return Ipv4Header.ecn(slab, Objects.requireNonNull(packet).networkOffset);
  }

  /**
   * Whether this says where urgent data ends. URG in a SYN says nothing, nor does a pointer of 0.
   */
  boolean urg() {
    return (controlBits & (TcpHeader.URG | TcpHeader.SYN)) == TcpHeader.URG && segUp != segSeq;
  }

  /** SEG.UP as a sequence number: behind the last urgent octet; meaningful if {@link #urg}. */
  int urgentEnd() {
    return segUp;
  }

  /** Drops {@code count} sequence numbers in front: the SYN first, then octets, then the FIN. */
  void trimFront(int count) {
    int left = count;
    if (left > 0 && syn()) {
      controlBits &= ~(TcpHeader.SYN | TcpHeader.URG);
      segSeq++;
      left--;
    }
    int octets = Math.min(left, payloadBytes);
    segSeq += octets;
    payloadOffset += octets;
    payloadBytes -= octets;
    if (left > octets && fin()) {
      controlBits &= ~TcpHeader.FIN;
      segSeq++;
    }
  }

  /** Keeps {@code count} octets of the data at most; a FIN behind what is cut goes with it. */
  void trimData(int count) {
    if (count < payloadBytes) {
      payloadBytes = count;
      controlBits &= ~TcpHeader.FIN;
    }
  }
}
