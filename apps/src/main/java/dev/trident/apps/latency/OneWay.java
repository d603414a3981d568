package dev.trident.apps.latency;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.hw.link.Link;
import dev.trident.hw.link.LinkConfig;
import dev.trident.hw.nic.CutThrough;
import dev.trident.hw.nic.Doorbell;
import dev.trident.hw.nic.FrameHandler;
import dev.trident.hw.nic.InterfaceOptions;
import dev.trident.hw.nic.InterfaceOptions.Pio;
import dev.trident.hw.nic.Nic;
import dev.trident.hw.nic.NicExhaustedException;
import dev.trident.hw.nic.NicFeatures;
import dev.trident.hw.nic.NicTiming;
import dev.trident.hw.nic.RingOptions;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.hw.time.EventHeap;
import dev.trident.hw.time.VirtualClock;
import dev.trident.link.NetworkDevice;
import java.util.Objects;

/**
 * A frame from one adapter to another by one of the ways that there are, over a link of 10 Gbit/s.
 */
enum OneWay {
  DMA(Pio.OFF, 0, false),
  PIO(Pio.REQUIRED, 0, false),
  CTPIO_SF(Pio.REQUIRED, CutThrough.WHOLE_FRAME, false),
  CTPIO_CT(Pio.REQUIRED, 64, false),
  ALTERNATIVE(Pio.REQUIRED, 0, true);

  private static final int MAX_FRAME_BYTES = 1_518;

  private static final long BITS_PER_SECOND = 10_000_000_000L;
  private static final int RING = 64;

  /** Long enough for an alternative to be ready. */
  private static final long PREPARED_NANOS = 1_000_000;

  private final Pio pio;

  /** Bytes written before a frame begins that cuts through; 0 for frames that do not. */
  private final int thresholdBytes;

  private final boolean held;

  OneWay(Pio pio, int thresholdBytes, boolean held) {
    this.pio = pio;
    this.thresholdBytes = thresholdBytes;
    this.held = held;
  }

  /** As the table names it. */
  String label() {
    return switch (this) {
      case DMA -> "DMA";
      case PIO -> "PIO";
      case CTPIO_SF -> "CTPIO sf";
      case CTPIO_CT -> "CTPIO ct64";
      case ALTERNATIVE -> "alternative";
    };
  }

  /** Virtual nanoseconds from the send call, or the release, to the event at the receiver. */
  long nanos(int frameBytes, NicTiming timing) {
    VirtualClock clock = new VirtualClock();
    EventHeap heap = new EventHeap();
    Nic from = new Nic("from", 1, 1_500, NicFeatures.SERIES_8000, clock, false);
    Nic to = new Nic("to", 2, 1_500, NicFeatures.SERIES_8000, clock, false);
    from.timing(timing, heap);
    to.timing(timing, heap);
    PacketPool pool = new PacketPool(4 * RING, 1, 1);
    LinkConfig config = LinkConfig.rate(BITS_PER_SECOND, 0);
    Link link = Link.join("link", from, to, config, 1, heap, clock);
    try {
      VirtualInterface sender = open(from, pool);
      VirtualInterface receiver = to.openDefault(pool, RING, 0, new Sink(), new Doorbell());
      Packet packet = Objects.requireNonNull(pool.allocate());
      packet.setRange(packet.offset(), frameBytes);
      sender.transmit(packet, held ? 1 : NetworkDevice.DEFAULT_QUEUE);
      packet.release();
      long begin = 0;
      if (held) {
        begin = PREPARED_NANOS;
        clock.advanceTo(begin);
        sender.releaseQueue(1);
      }
      while (!receiver.hasEvent()) {
        clock.advanceTo(heap.nextNanos());
        heap.happenNext();
      }
      long took = clock.nanoTime() - begin;
      sender.close();
      receiver.close();
      return took;
    } finally {
      link.close();
      pool.close();
    }
  }

  private VirtualInterface open(Nic nic, PacketPool pool) {
    CutThrough cutThrough =
        thresholdBytes == 0 ? CutThrough.NONE : new CutThrough(MAX_FRAME_BYTES, thresholdBytes);
    InterfaceOptions options =
        InterfaceOptions.of(RingOptions.of(0, RING))
            .withSending(pio, cutThrough)
            .withAlternatives(held ? 1 : 0, 4_096);
    try {
      return nic.openFurther(pool, options, new Sink(), new Doorbell());
    } catch (NicExhaustedException e) {
      throw new AssertionError("an adapter that nobody else uses", e);
    }
  }

  private static final class Sink implements FrameHandler {
    @Override
    public void onFrame(Packet frame, int flowHint, long nowNanos) {
      frame.release();
    }

    @Override
    public void onDrained(long nowNanos) {}
  }
}
