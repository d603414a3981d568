package dev.trident.hw.nic;

import dev.trident.buffer.Slab;

/**
 * What is to be reported of the frames in a transmit ring, by their descriptors: their headers are
 * read when they are posted, as the packet may have others by the time of the report.
 */
final class SentLog {
  private static final int ETHERNET_BYTES = 14;
  private static final int TAG_BYTES = 4;
  private static final int TYPE_TAGGED = 0x8100;
  private static final int TYPE_IPV4 = 0x0800;
  private static final int IPV4_BYTES = 20;
  private static final int UDP_BYTES = 8;
  private static final int MORE_FRAGMENTS = 0x2000;
  private static final int FRAGMENT_OFFSET = 0x1fff;

  private final SentFrame[] frames;

  /** A log for {@code descriptors}. */
  SentLog(int descriptors) {
    frames = new SentFrame[descriptors];
    for (int i = 0; i < descriptors; i++) {
      frames[i] = new SentFrame();
    }
  }

  private SentFrame at(int position) {
    return frames[position & (frames.length - 1)];
  }

  /** The frame at ring position {@code position} has been posted. */
  void note(int position, Frame frame, int sender) {
    SentFrame entry = at(position);
    entry.protocol = 0;
    entry.sender = sender;
    Slab slab = frame.slab();
    int ip = frame.offset() + ETHERNET_BYTES;
    int left = frame.headBytes() - ETHERNET_BYTES;
    if (left < IPV4_BYTES) {
      return;
    }
    int type = slab.getUnsignedShort(ip - 2);
    if (type == TYPE_TAGGED) {
      ip += TAG_BYTES;
      left -= TAG_BYTES;
      type = slab.getUnsignedShort(ip - 2);
    }
    if (type == TYPE_IPV4 && left >= IPV4_BYTES) {
      noteDatagram(entry, slab, ip, left);
    }
  }

  private static void noteDatagram(SentFrame entry, Slab slab, int ip, int left) {
    int headerBytes = (slab.getByte(ip) & 0xf) << 2;
    int fragment = slab.getUnsignedShort(ip + 6);
    int protocol = slab.getUnsignedByte(ip + 9);
    int behind = slab.getUnsignedShort(ip + 2) - headerBytes;
    if ((fragment & MORE_FRAGMENTS) != 0) {
      return;
    }
    entry.localAddress = slab.getInt(ip + 12);
    entry.remoteAddress = slab.getInt(ip + 16);
    int offset = (fragment & FRAGMENT_OFFSET) << 3;
    int transport = ip + headerBytes;
    if (protocol == SentFrame.UDP) {
      entry.ports = offset == 0 && left >= headerBytes + 4 ? slab.getInt(transport) : 0;
      entry.payloadBytes = offset + behind - UDP_BYTES;
    } else if (protocol == SentFrame.TCP && offset == 0 && left >= headerBytes + 20) {
      entry.ports = slab.getInt(transport);
      entry.sequence = slab.getInt(transport + 4);
      entry.tcpFlags = slab.getUnsignedByte(transport + 13);
      entry.payloadBytes = behind - (slab.getUnsignedByte(transport + 12) >>> 4 << 2);
    } else {
      return;
    }
    entry.protocol = protocol;
  }

  /** The frame at {@code position} has left. */
  void stamp(int position, long nowNanos) {
    at(position).stampNanos = nowNanos;
  }

  /** Hands the frame at {@code position} on, if it is one that is reported. */
  void report(int position, SentFrameHandler handler) {
    SentFrame entry = at(position);
    if (entry.protocol != 0) {
      handler.onSent(entry);
    }
  }
}
