package dev.trident.hw.port.offload;

import dev.trident.buffer.Slab;
import dev.trident.wire.EthernetHeader;
import dev.trident.wire.InternetChecksum;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.TcpHeader;
import dev.trident.wire.UdpHeader;
import java.lang.foreign.Arena;

/**
 * A frame of several segments, as a kernel hands it to an adapter that cuts it (segmentation
 * offload), or gathers it from what an adapter received. Between virtual devices nobody cuts it;
 * this class does, into frames with complete checksums, one a call.
 *
 * <p>Whoever receives puts the whole frame to the beginning of {@link #slab}, calls {@link #begin},
 * and takes segments until {@link #isEmpty}. TCP and UDP over IPv4 can be cut.
 */
public final class SuperFrame {
  /** Longest frame: IPv4's limit and what is before it, rounded up to pages. */
  public static final int CAPACITY_BYTES = 68 << 10;

  private static final int ETHERNET_TYPE = 12;
  private static final int TOTAL_LENGTH = 2;
  private static final int IDENTIFICATION = 4;
  private static final int FRAGMENT = 6;
  private static final int PROTOCOL = 9;
  private static final int HEADER_CHECKSUM = 10;
  private static final int SOURCE = 12;
  private static final int DESTINATION = 16;
  private static final int FRAGMENT_MASK = 0x3fff;

  private static final int SEQUENCE = 4;
  private static final int DATA_OFFSET = 12;
  private static final int CONTROL_BITS = 13;
  private static final int UDP_LENGTH = 4;

  private final Slab slab = new Slab(CAPACITY_BYTES, Arena.ofAuto());

  /** Offsets in {@link #slab}; the frame begins at 0. */
  private int network;

  private int transport;
  private int payload;

  private int protocol;
  private int segmentBytes;
  private int payloadBytes;
  private int doneBytes;
  private int doneSegments;
  private long segments;

  /** Where the frame is to be put before {@link #begin}. */
  public Slab slab() {
    return slab;
  }

  /** Segments cut so far, of all frames. */
  public long segments() {
    return segments;
  }

  /** Whether nothing is left to be taken. */
  public boolean isEmpty() {
    return doneBytes >= payloadBytes;
  }

  /**
   * Reads the headers of a frame of {@code lengthBytes} in {@link #slab}.
   *
   * @param payloadOfEach bytes of payload in each segment but the last; at least one
   * @return whether it can be cut; if not, it is as good as lost
   */
  public boolean begin(int lengthBytes, int payloadOfEach) {
    doneBytes = 0;
    doneSegments = 0;
    payloadBytes = 0;
    segmentBytes = payloadOfEach;
    int type = slab.getUnsignedShort(ETHERNET_TYPE);
    network = EthernetHeader.BYTES;
    if (type == EthernetHeader.TYPE_VLAN || type == EthernetHeader.TYPE_PROVIDER_VLAN) {
      type = slab.getUnsignedShort(ETHERNET_TYPE + 4);
      network = EthernetHeader.TAGGED_BYTES;
    }
    if (type != EthernetHeader.TYPE_IPV4
        || (slab.getUnsignedShort(network + FRAGMENT) & FRAGMENT_MASK) != 0
        || payloadOfEach <= 0) {
      return false;
    }
    protocol = slab.getUnsignedByte(network + PROTOCOL);
    transport = network + ((slab.getUnsignedByte(network) & 0xf) << 2);
    payload =
        switch (protocol) {
          case Ipv4Header.PROTOCOL_TCP ->
              transport + (slab.getUnsignedByte(transport + DATA_OFFSET) >>> 4 << 2);
          case Ipv4Header.PROTOCOL_UDP -> transport + UdpHeader.BYTES;
          default -> lengthBytes;
        };
    int leastHeader = protocol == Ipv4Header.PROTOCOL_TCP ? TcpHeader.BYTES : UdpHeader.BYTES;
    payloadBytes = payload < transport + leastHeader ? 0 : lengthBytes - payload;
    return !isEmpty();
  }

  /**
   * As {@link #begin}, for a frame of which nobody says how long its segments were: they fill
   * {@code mtuBytes}. A stream does not mind; datagrams cannot be told apart so, and are refused.
   */
  public boolean beginStream(int lengthBytes, int mtuBytes) {
    boolean can = begin(lengthBytes, mtuBytes);
    segmentBytes = mtuBytes - (payload - network);
    if (!can || protocol != Ipv4Header.PROTOCOL_TCP || segmentBytes <= 0) {
      payloadBytes = 0;
      return false;
    }
    return true;
  }

  /** Bytes of the frame that {@link #next} will write. */
  public int nextBytes() {
    return payload + Math.min(segmentBytes, payloadBytes - doneBytes);
  }

  /**
   * Writes the next segment as a frame of its own; only if not {@link #isEmpty}.
   *
   * @return its length; if that is more than {@code capacityBytes}, nothing was written
   */
  public int next(Slab to, int offset, int capacityBytes) {
    int length = nextBytes();
    int here = length - payload;
    if (length <= capacityBytes) {
      slab.copyTo(0, to, offset, payload);
      slab.copyTo(payload + doneBytes, to, offset + payload, here);
      write(to, offset, length, doneBytes + here == payloadBytes);
    }
    segments++;
    doneSegments++;
    doneBytes += here;
    return length;
  }

  private void write(Slab to, int offset, int length, boolean last) {
    int ip = offset + network;
    int start = offset + transport;
    int field = start + PartialChecksum.fieldOf(protocol);
    to.putShort(ip + TOTAL_LENGTH, length - network);
    to.putShort(
        ip + IDENTIFICATION, slab.getUnsignedShort(network + IDENTIFICATION) + doneSegments);
    to.putShort(ip + HEADER_CHECKSUM, 0);
    to.putShort(
        ip + HEADER_CHECKSUM,
        InternetChecksum.complement(InternetChecksum.sum(to, ip, transport - network)));
    if (protocol == Ipv4Header.PROTOCOL_TCP) {
      to.putInt(start + SEQUENCE, slab.getInt(transport + SEQUENCE) + doneBytes);
      int bits = slab.getUnsignedByte(transport + CONTROL_BITS);
      // The end is announced by the last segment, and the answer to ECE sent once (RFC 3168).
      bits &= last ? bits : ~(TcpHeader.FIN | TcpHeader.PSH);
      bits &= doneSegments == 0 ? bits : ~TcpHeader.CWR;
      to.putByte(start + CONTROL_BITS, bits);
    } else {
      to.putShort(start + UDP_LENGTH, length - transport);
    }
    long pseudoHeader =
        InternetChecksum.pseudoHeader(
            to.getInt(ip + SOURCE), to.getInt(ip + DESTINATION), protocol, length - transport);
    to.putShort(field, InternetChecksum.fold(pseudoHeader));
    PartialChecksum.complete(to, start, field, offset + length);
  }
}
