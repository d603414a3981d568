package dev.trident.hw.port.offload;

import dev.trident.buffer.Slab;
import dev.trident.wire.InternetChecksum;

/** A TCP or UDP frame as a kernel leaves it to hardware: the pseudo-header's sum for a checksum. */
final class OffloadFrame {
  static final int TCP = 6;
  static final int UDP = 17;
  static final int NETWORK = 14;
  static final int TRANSPORT = 34;
  static final int SEQUENCE = 0xffff_fc00;
  static final int IDENTIFICATION = 0xffff;

  private OffloadFrame() {}

  /** Writes one with {@code payload} counted bytes; TCP has options of 12 bytes. */
  static int write(Slab slab, int offset, int protocol, int controlBits, int payload) {
    int header = headerBytes(protocol);
    int length = TRANSPORT + header + payload;
    slab.zero(offset, TRANSPORT + header);
    slab.putShort(offset + 12, 0x0800);
    int ip = offset + NETWORK;
    slab.putShort(ip, 0x4500);
    slab.putShort(ip + 2, length - NETWORK);
    slab.putShort(ip + 4, IDENTIFICATION);
    slab.putShort(ip + 6, 0x4000);
    slab.putByte(ip + 8, 64);
    slab.putByte(ip + 9, protocol);
    slab.putInt(ip + 12, 0x0a00_0001);
    slab.putInt(ip + 16, 0x0a00_0002);
    slab.putShort(ip + 10, InternetChecksum.complement(InternetChecksum.sum(slab, ip, 20)));
    int start = offset + TRANSPORT;
    slab.putInt(start, 0x1234_0050);
    if (protocol == TCP) {
      slab.putInt(start + 4, SEQUENCE);
      slab.putByte(start + 12, header << 2);
      slab.putByte(start + 13, controlBits);
      slab.putLong(start + 20, 0x0101_080a_0000_0001L);
    } else {
      slab.putShort(start + 4, length - TRANSPORT);
    }
    if (PartialChecksum.fieldOf(protocol) >= 0) {
      slab.putShort(start + PartialChecksum.fieldOf(protocol), pseudoHeader(slab, offset, length));
    }
    for (int i = 0; i < payload; i++) {
      slab.putByte(start + header + i, (i * 7) >> 3);
    }
    return length;
  }

  static int headerBytes(int protocol) {
    return protocol == TCP ? 32 : 8;
  }

  private static int pseudoHeader(Slab slab, int offset, int length) {
    int ip = offset + NETWORK;
    return InternetChecksum.fold(
        InternetChecksum.pseudoHeader(
            slab.getInt(ip + 12),
            slab.getInt(ip + 16),
            slab.getUnsignedByte(ip + 9),
            length - TRANSPORT));
  }

  /** Whether the checksums of IP and of what is in it are right. */
  static boolean isRight(Slab slab, int offset, int length) {
    int ip = offset + NETWORK;
    int whole = slab.getUnsignedShort(ip + 2) + NETWORK;
    long sum =
        InternetChecksum.sum(slab, offset + TRANSPORT, whole - TRANSPORT)
            + pseudoHeader(slab, offset, whole);
    return whole <= length
        && InternetChecksum.fold(InternetChecksum.sum(slab, ip, 20)) == 0xffff
        && InternetChecksum.fold(sum) == 0xffff;
  }
}
