package dev.trident.hw.nic;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.hw.link.DirectWire;
import dev.trident.hw.time.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Two adapters with a stack each that keeps what it receives; wired by the test. */
final class TwoNics implements AutoCloseable {
  static final int RING = 64;

  final VirtualClock clock = new VirtualClock();
  final PacketPool poolA = new PacketPool(512, 4, 4);
  final PacketPool poolB = new PacketPool(512, 4, 4);
  final Nic nicA;
  final Nic nicB;
  final Keeper keeperA = new Keeper();
  final Keeper keeperB = new Keeper();
  final VirtualInterface a;
  final VirtualInterface b;

  /** A stack that keeps the frames it gets. */
  static final class Keeper implements FrameHandler {
    final List<Packet> frames = new ArrayList<>();
    final List<Integer> hints = new ArrayList<>();
    int drained;

    @Override
    public void onFrame(Packet frame, int flowHint, long nowNanos) {
      frames.add(frame);
      hints.add(flowHint);
    }

    @Override
    public void onDrained(long nowNanos) {
      drained++;
    }

    void release() {
      frames.forEach(Packet::release);
      frames.clear();
      hints.clear();
    }
  }

  TwoNics(boolean concurrent) {
    nicA = new Nic("a", 0x02000000000aL, 1500, NicFeatures.SERIES_8000, clock, concurrent);
    nicB = new Nic("b", 0x02000000000bL, 1500, NicFeatures.SERIES_8000, clock, concurrent);
    a = nicA.openDefault(poolA, RING, RING, keeperA, new Doorbell());
    b = nicB.openDefault(poolB, RING, RING, keeperB, new Doorbell());
  }

  static TwoNics wired() {
    TwoNics nics = new TwoNics(false);
    DirectWire.join(nics.nicA, nics.nicB);
    return nics;
  }

  /**
   * A further interface of the second adapter, which receives what its filters match; the caller
   * closes it.
   */
  VirtualInterface furtherB(InterfaceOptions options, Keeper keeper) {
    try {
      return nicB.openFurther(poolB, options, keeper, new Doorbell());
    } catch (NicExhaustedException e) {
      throw new AssertionError(e);
    }
  }

  /** A packet of {@code length} bytes, of which byte i is {@code first} + i; the test's own. */
  Packet packet(int length, int first) {
    Packet packet = Objects.requireNonNull(poolA.allocate());
    packet.setRange(packet.offset(), length);
    for (int i = 0; i < length; i++) {
      packet.slab().putByte(packet.offset() + i, first + i);
    }
    return packet;
  }

  /** Posts a packet and gives up the test's reference. */
  boolean send(int length, int first) {
    Packet packet = packet(length, first);
    boolean posted = a.transmit(packet, VirtualInterface.DEFAULT_QUEUE);
    packet.release();
    return posted;
  }

  @Override
  public void close() {
    keeperA.release();
    keeperB.release();
    a.close();
    b.close();
  }
}
