package dev.trident.script.driver.api;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.hw.nic.Carried;
import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.Nic;
import dev.trident.hw.nic.Wire;
import dev.trident.hw.nic.WireEnd;
import dev.trident.script.driver.ApiDriver;
import dev.trident.trace.DropReason;
import dev.trident.wire.ArpPacket;
import dev.trident.wire.EthernetHeader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The wire of the host under test, whose other end is the script: IPv4 datagrams that leave are
 * kept with their times, ARP requests for whatever address but the host's own are answered at once.
 */
final class ScriptWire implements Wire, AutoCloseable {
  /** Of the peer and of the gateway alike. */
  static final long PEER_MAC = 0x0200_0000_00feL;

  private static final int FRAME_BYTES = Packet.CELL_BYTES;

  /** Where an IPv4 header tells the length of its datagram. */
  private static final int TOTAL_LENGTH = 2;

  private final Nic nic;
  private final int hostAddress;
  private final LongSupplier clock;
  private final Slab memory = new Slab(2 * FRAME_BYTES);
  private final EthernetHeader ethernet = new EthernetHeader(memory);
  private final ArpPacket arp = new ArpPacket(memory);
  private final Frame arriving = new Frame(null);
  private final Queue<ApiDriver.Sent> sent = new ArrayDeque<>();

  /** Plugs into {@code nic}, whose address is {@code hostAddress}; {@code clock} is virtual. */
  ScriptWire(Nic nic, int hostAddress, LongSupplier clock) {
    this.nic = nic;
    this.hostAddress = hostAddress;
    this.clock = clock;
    nic.plug(this);
  }

  @Override
  public Carried carry(WireEnd from, Frame frame) {
    int length = frame.totalBytes();
    frame.copyTo(memory, 0);
    if (ethernet.wrap(memory, 0).check(length) != DropReason.NONE) {
      throw new IllegalStateException("the host has sent a frame of " + length + " bytes");
    }
    switch (ethernet.type()) {
      case EthernetHeader.TYPE_IPV4 -> {
        // Short frames are padded.
        byte[] datagram = new byte[memory.getUnsignedShort(EthernetHeader.BYTES + TOTAL_LENGTH)];
        memory.copyTo(EthernetHeader.BYTES, datagram, 0, datagram.length);
        sent.add(new ApiDriver.Sent(clock.getAsLong(), ByteBuffer.wrap(datagram)));
      }
      case EthernetHeader.TYPE_ARP -> answer();
      default -> {}
    }
    return Carried.READ;
  }

  /** Answers the ARP packet in the memory if it asks for somebody else than the host. */
  private void answer() {
    arp.wrap(memory, EthernetHeader.BYTES);
    int wanted = arp.targetAddress();
    int asker = arp.senderAddress();
    if (arp.operation() != ArpPacket.REQUEST || wanted == hostAddress) {
      return;
    }
    arp.wrap(memory, FRAME_BYTES + EthernetHeader.BYTES)
        .operation(ArpPacket.REPLY)
        .sender(PEER_MAC, wanted)
        .target(nic.mac(), asker);
    deliver(EthernetHeader.TYPE_ARP, ArpPacket.BYTES);
  }

  /**
   * A datagram arrives at the adapter, which has taken it when this returns.
   *
   * @throws IllegalArgumentException if it is longer than any frame
   */
  void inject(ByteBuffer datagram) {
    byte[] bytes = new byte[datagram.remaining()];
    if (bytes.length > FRAME_BYTES - EthernetHeader.BYTES) {
      throw new IllegalArgumentException(
          "datagram of " + bytes.length + " bytes: longer than a frame of " + FRAME_BYTES);
    }
    datagram.get(bytes);
    memory.copyFrom(bytes, 0, FRAME_BYTES + EthernetHeader.BYTES, bytes.length);
    deliver(EthernetHeader.TYPE_IPV4, bytes.length);
  }

  private void deliver(int type, int payloadBytes) {
    ethernet.wrap(memory, FRAME_BYTES).destination(nic.mac()).source(PEER_MAC).type(type);
    nic.deliver(arriving.wrap(memory, FRAME_BYTES, EthernetHeader.BYTES + payloadBytes));
  }

  boolean hasSent() {
    return !sent.isEmpty();
  }

  ApiDriver.@Nullable Sent takeSent() {
    return sent.poll();
  }

  @Override
  public void close() {
    memory.close();
  }
}
