package dev.trident.hw.port.packet;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.trident.wire.EthernetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The control message of a received frame: {@code struct tpacket_auxdata} (linux/if_packet.h)
 * behind a {@code struct cmsghdr}. It has the VLAN tag, which Linux takes out of every frame.
 */
final class AuxiliaryData {
  /** One message of this kind, aligned. */
  private static final int BYTES = 40;

  private static final int LEVEL = 8;
  private static final int TYPE = 12;
  private static final int DATA = 16;
  private static final int STATUS = DATA;
  private static final int VLAN_TCI = DATA + 16;
  private static final int VLAN_TPID = DATA + 18;

  private static final int TP_STATUS_VLAN_VALID = 1 << 4;
  private static final int TP_STATUS_VLAN_TPID_VALID = 1 << 6;

  private final MemorySegment memory = Arena.ofAuto().allocate(BYTES, JAVA_LONG.byteAlignment());

  /** Where the kernel writes it. */
  MemorySegment memory() {
    return memory;
  }

  /**
   * The four bytes that belong between addresses and type, or 0 if the frame had no tag.
   *
   * @param controlBytes how much the kernel wrote
   */
  int tag(int controlBytes) {
    if (controlBytes < VLAN_TPID + Short.BYTES
        || memory.get(JAVA_INT, LEVEL) != PacketSocket.SOL_PACKET
        || memory.get(JAVA_INT, TYPE) != PacketSocket.PACKET_AUXDATA) {
      return 0;
    }
    int status = memory.get(JAVA_INT, STATUS);
    if ((status & TP_STATUS_VLAN_VALID) == 0) {
      return 0;
    }
    int type =
        (status & TP_STATUS_VLAN_TPID_VALID) == 0
            ? EthernetHeader.TYPE_VLAN
            : memory.get(JAVA_SHORT, VLAN_TPID) & 0xffff;
    return (type << 16) | (memory.get(JAVA_SHORT, VLAN_TCI) & 0xffff);
  }
}
