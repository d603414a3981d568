package dev.trident.tcpdirect.udp;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Slab;
import dev.trident.buffer.Storage;
import dev.trident.tcpdirect.IpHdr;
import dev.trident.tcpdirect.UdpHdr;

/**
 * The headers of a received datagram, read from its cell, where they still lie in front of the
 * payload. The UDP header is 8 bytes; where the IP header begins follows from its own length, which
 * is looked for from the shortest on and must agree with version, protocol and total length.
 */
final class DatagramHeaders {
  private static final int UDP_BYTES = 8;
  private static final int UDP = 17;
  private static final int MIN_WORDS = 5;
  private static final int MAX_WORDS = 15;

  private final IpHdr ip = new IpHdr();
  private final UdpHdr udp = new UdpHdr();

  IpHdr ip() {
    return ip;
  }

  UdpHdr udp() {
    return udp;
  }

  /** Reads both headers; false if {@code datagram} has none in front of it. */
  boolean read(CellBuf datagram) {
    Storage cell = datagram.storage();
    if (cell == null) {
      return false;
    }
    Slab slab = cell.slab();
    int udpAt = datagram.slabOffset() - UDP_BYTES;
    for (int words = MIN_WORDS; words <= MAX_WORDS; words++) {
      int ipAt = udpAt - 4 * words;
      if (ipAt < cell.base()) {
        return false;
      }
      if (isHeader(slab, ipAt, words, slab.getUnsignedShort(udpAt + 4))) {
        readIp(slab, ipAt);
        udp.source = slab.getUnsignedShort(udpAt);
        udp.dest = slab.getUnsignedShort(udpAt + 2);
        udp.len = slab.getUnsignedShort(udpAt + 4);
        udp.check = slab.getUnsignedShort(udpAt + 6);
        return true;
      }
    }
    return false;
  }

  private static boolean isHeader(Slab slab, int at, int words, int udpBytes) {
    return slab.getUnsignedByte(at) == (4 << 4 | words)
        && slab.getUnsignedByte(at + 9) == UDP
        && slab.getUnsignedShort(at + 2) == 4 * words + udpBytes;
  }

  private void readIp(Slab slab, int at) {
    int first = slab.getUnsignedByte(at);
    ip.version = first >>> 4;
    ip.ihl = first & 0xf;
    ip.tos = slab.getUnsignedByte(at + 1);
    ip.tot_len = slab.getUnsignedShort(at + 2);
    ip.id = slab.getUnsignedShort(at + 4);
    ip.frag_off = slab.getUnsignedShort(at + 6);
    ip.ttl = slab.getUnsignedByte(at + 8);
    ip.protocol = slab.getUnsignedByte(at + 9);
    ip.check = slab.getUnsignedShort(at + 10);
    ip.saddr = slab.getInt(at + 12);
    ip.daddr = slab.getInt(at + 16);
  }
}
