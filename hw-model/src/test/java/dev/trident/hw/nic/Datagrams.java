package dev.trident.hw.nic;

import dev.trident.buffer.Packet;
import dev.trident.link.NetworkDevice;

/** Frames that hardware filters look at. */
final class Datagrams {
  /** Where they come from. */
  static final int SOURCE = 0x0a000001;

  private Datagrams() {}

  /** Sends a UDP datagram in a frame of 60 bytes without a tag from interface a. */
  static void send(TwoNics nics, int destination, int port) {
    send(nics, 0, destination, port);
  }

  /**
   * Sends a UDP datagram in a frame of 64 bytes from interface a.
   *
   * @param vlan 0 for a frame without a tag
   */
  static void send(TwoNics nics, int vlan, int destination, int port) {
    Packet packet = nics.packet(vlan == 0 ? 60 : 64, 0);
    int at = packet.offset();
    if (vlan != 0) {
      packet.slab().putShort(at + 12, 0x8100);
      packet.slab().putShort(at + 14, vlan);
      at += 4;
    }
    packet.slab().putShort(at + 12, 0x0800);
    packet.slab().putByte(at + 14, 0x45);
    packet.slab().putShort(at + 20, 0);
    packet.slab().putByte(at + 23, 17);
    packet.slab().putInt(at + 26, SOURCE);
    packet.slab().putInt(at + 30, destination);
    packet.slab().putShort(at + 34, 5000);
    packet.slab().putShort(at + 36, port);
    nics.a.transmit(packet, NetworkDevice.DEFAULT_QUEUE);
    packet.release();
  }
}
