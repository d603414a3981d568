package dev.trident.hw.port.offload;

import dev.trident.buffer.Slab;
import dev.trident.wire.EthernetHeader;
import dev.trident.wire.InternetChecksum;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.UdpHeader;

/**
 * Completes checksums that a kernel left to hardware which was never there. A kernel whose frames
 * go to a virtual device puts the sum of the pseudo-header into the field of TCP or UDP and leaves
 * the rest to the adapter (CHECKSUM_PARTIAL); between virtual devices nobody ever does it.
 */
public final class PartialChecksum {
  private static final int ETHERNET_TYPE = 12;
  private static final int FRAGMENT_MASK = 0x3fff;
  private static final int TCP_CHECKSUM = 16;

  private PartialChecksum() {}

  /**
   * Sums {@code start} to {@code end}, with what the field holds already, and stores the complement
   * there. UDP gets all ones for zero, which would mean "none"; for TCP the sum cannot be so.
   *
   * @param field slab offset of the checksum
   */
  public static void complete(Slab slab, int start, int field, int end) {
    long sum = InternetChecksum.sum(slab, start, end - start);
    boolean udp = field - start == UdpHeader.CHECKSUM;
    slab.putShort(
        field, udp ? InternetChecksum.complementForUdp(sum) : InternetChecksum.complement(sum));
  }

  /**
   * Completes the checksum of a frame about which nothing is known but its bytes. The field of TCP
   * or UDP that holds exactly the sum of the pseudo-header is taken for partial, unless the
   * checksum is right as it is. A frame damaged on a real wire is mistaken so once in 65,536 times,
   * which is how often its damage goes unnoticed by this checksum in any case.
   *
   * @return whether it was completed
   */
  public static boolean completeIfPartial(Slab slab, int offset, int lengthBytes) {
    int network = offset + EthernetHeader.BYTES;
    int type = offset + ETHERNET_TYPE;
    int end = offset + lengthBytes;
    while (network + Ipv4Header.BYTES <= end && isTag(slab.getUnsignedShort(type))) {
      type += EthernetHeader.TAGGED_BYTES - EthernetHeader.BYTES;
      network = type + 2;
    }
    if (network + Ipv4Header.BYTES > end
        || slab.getUnsignedShort(type) != EthernetHeader.TYPE_IPV4
        || (slab.getUnsignedShort(network + 6) & FRAGMENT_MASK) != 0) {
      return false;
    }
    int protocol = slab.getUnsignedByte(network + 9);
    int start = network + ((slab.getUnsignedByte(network) & 0xf) << 2);
    int field = fieldOf(protocol);
    int stop = network + slab.getUnsignedShort(network + 2);
    if (field < 0 || stop > end || start + field + 2 > stop) {
      return false;
    }
    long pseudoHeader =
        InternetChecksum.pseudoHeader(
            slab.getInt(network + 12), slab.getInt(network + 16), protocol, stop - start);
    if (slab.getUnsignedShort(start + field) != InternetChecksum.fold(pseudoHeader)
        || isRight(slab, start, stop, pseudoHeader)) {
      return false;
    }
    complete(slab, start, start + field, stop);
    return true;
  }

  private static boolean isTag(int type) {
    return type == EthernetHeader.TYPE_VLAN || type == EthernetHeader.TYPE_PROVIDER_VLAN;
  }

  private static boolean isRight(Slab slab, int start, int end, long pseudoHeader) {
    return InternetChecksum.fold(pseudoHeader + InternetChecksum.sum(slab, start, end - start))
        == 0xffff;
  }

  /** Where the header of {@code protocol} has its checksum; -1 for others. */
  static int fieldOf(int protocol) {
    return switch (protocol) {
      case Ipv4Header.PROTOCOL_TCP -> TCP_CHECKSUM;
      case Ipv4Header.PROTOCOL_UDP -> UdpHeader.CHECKSUM;
      default -> -1;
    };
  }
}
