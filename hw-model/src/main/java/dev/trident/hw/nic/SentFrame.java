package dev.trident.hw.nic;

/**
 * A frame with a TCP segment or a whole UDP datagram that has left, and when; of a datagram in
 * fragments it stands for the last one. Used again for the next frame unless it is a copy.
 */
public final class SentFrame {
  /** Protocol numbers. */
  public static final int TCP = 6;

  public static final int UDP = 17;

  int protocol;
  int localAddress;
  int remoteAddress;

  /** Local port in the upper half, remote port in the lower. */
  int ports;

  int sequence;
  int tcpFlags;
  int payloadBytes;
  int sender;
  long stampNanos;

  /** Shows nothing yet. */
  public SentFrame() {}

  /** Makes this equal to {@code other}. */
  public void copyFrom(SentFrame other) {
    protocol = other.protocol;
    localAddress = other.localAddress;
    remoteAddress = other.remoteAddress;
    ports = other.ports;
    sequence = other.sequence;
    tcpFlags = other.tcpFlags;
    payloadBytes = other.payloadBytes;
    sender = other.sender;
    stampNanos = other.stampNanos;
  }

  public int protocol() {
    return protocol;
  }

  public int localAddress() {
    return localAddress;
  }

  public int remoteAddress() {
    return remoteAddress;
  }

  /** 0 for a datagram that went out in fragments. */
  public int localPort() {
    return ports >>> 16;
  }

  /** 0 for a datagram that went out in fragments. */
  public int remotePort() {
    return ports & 0xffff;
  }

  /** SEG.SEQ of a TCP segment. */
  public int sequence() {
    return sequence;
  }

  /** The flag bits of a TCP segment, FIN being 1. */
  public int tcpFlags() {
    return tcpFlags;
  }

  /** Bytes of payload of the segment or of the whole datagram. */
  public int payloadBytes() {
    return payloadBytes;
  }

  /** What {@link VirtualInterface#sender} was set to when it was handed over. */
  public int sender() {
    return sender;
  }

  /** When it left, by the adapter's clock. */
  public long stampNanos() {
    return stampNanos;
  }
}
