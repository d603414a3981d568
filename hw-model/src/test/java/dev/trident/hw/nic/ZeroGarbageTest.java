package dev.trident.hw.nic;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.hw.link.DirectWire;
import dev.trident.hw.time.VirtualClock;
import dev.trident.link.NetworkDevice;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ZeroGarbageTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Releases what it gets. */
  private static final class Sink implements FrameHandler {
    @Override
    public void onFrame(Packet frame, int flowHint, long nowNanos) {
      frame.release();
    }

    @Override
    public void onDrained(long nowNanos) {}
  }

  @Test
  void shouldAllocateNothingWhenFramesCrossDirectWire() throws NicExhaustedException {
    VirtualClock clock = new VirtualClock();
    PacketPool pool = new PacketPool(2_048, 4, 4);
    Nic nicA = new Nic("a", 1, 1500, NicFeatures.SERIES_8000, clock, false);
    Nic nicB = new Nic("b", 2, 1500, NicFeatures.SERIES_8000, clock, false);
    DirectWire.join(nicA, nicB);
    VirtualInterface a = nicA.openDefault(pool, 512, 512, new Sink(), new Doorbell());
    VirtualInterface b = nicB.openDefault(pool, 512, 512, new Sink(), new Doorbell());
    VirtualInterface further =
        nicB.openFurther(
            pool, InterfaceOptions.of(RingOptions.of(512, 512)), new Sink(), new Doorbell());
    further.steer(17, 0x0a000002, 7, 0, 0, 1);
    Packet packet = Objects.requireNonNull(pool.allocate());
    packet.setRange(packet.offset(), 1_460);
    packet.slab().putShort(packet.offset() + 12, 0x0800);
    packet.slab().putByte(packet.offset() + 14, 0x45);
    packet.slab().putByte(packet.offset() + 23, 17);
    long least = Long.MAX_VALUE;
    exchange(a, b, packet, 20_000);
    for (int window = 0; window < 5; window++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      exchange(a, b, packet, 10_000);
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isZero();
    assertThat(nicB.counters().framesIn()).isEqualTo(70_000);
  }

  private static void exchange(VirtualInterface a, VirtualInterface b, Packet packet, int frames) {
    for (int i = 0; i < frames; i++) {
      a.transmit(packet, NetworkDevice.DEFAULT_QUEUE);
      b.poll(0, 64);
      a.poll(0, 64);
    }
  }
}
