package dev.trident.hw.link;

import dev.trident.hw.nic.Carried;
import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.VirtualInterface;
import dev.trident.hw.nic.WireEnd;
import dev.trident.hw.time.EventHeap;
import dev.trident.hw.time.SeededRandom;
import org.jspecify.annotations.Nullable;

/** One direction of a {@link Link}: a queue, a serializer, a delay and the faults. */
final class LinkDirection {
  /** Preamble 8, FCS 4, gap between frames 12: on the wire besides the frame. */
  private static final int OVERHEAD_BYTES = 24;

  /** Shortest frame without FCS; shorter ones are padded by the sender. */
  private static final int MIN_FRAME_BYTES = 60;

  private static final long BITS_TIMES_NANOS = 8_000_000_000L;

  private final WireEnd to;
  private final LinkConfig config;
  private final SeededRandom random;
  private final EventHeap heap;
  private final FrameStore store = new FrameStore();
  private final Frame view = new Frame(null);
  private final FrameFaults frameFaults = new FrameFaults();
  private final EventHeap.Event arrival = this::arrive;
  private final EventHeap.Event badArrival = this::arriveCorrupted;
  private final EventHeap.Event departure = this::depart;

  /** Who waits for the completion of which departure; null for a switch, which does not. */
  private @Nullable VirtualInterface[] waiting = new VirtualInterface[16];

  private int firstWaiting;

  private FaultSource faults;
  private boolean cut;
  private boolean closed;

  /** When the last bit accepted so far will have left. */
  private long busyUntilNanos;

  private long lastArrivalNanos;
  private boolean used;

  /** Frames accepted whose last bit has not left. */
  private int queued;

  private long sent;
  private long delivered;
  private long lost;
  private long lostInBursts;
  private long lostByCut;
  private long queueDrops;
  private long duplicated;
  private long reordered;
  private long corrupted;
  private long memoryErrors;
  private long marked;

  /** Frames that the faults have been asked about. */
  private long decided;

  LinkDirection(WireEnd to, LinkConfig config, SeededRandom random, EventHeap heap) {
    this.to = to;
    this.config = config;
    this.random = random;
    this.heap = heap;
    faults = new RandomFaults(config.faults(), random);
  }

  Carried carry(WireEnd from, Frame frame, long now) {
    sent++;
    if (!used) {
      used = true;
      busyUntilNanos = now;
      lastArrivalNanos = now;
    }
    if (cut || closed) {
      lostByCut++;
      return Carried.READ;
    }
    if (queued >= config.queueFrames()) {
      queueDrops++;
      return Carried.READ;
    }
    long left = serialize(frame.totalBytes(), now);
    long number = decided++;
    FrameFaults fate = decide(number, 0);
    if (fate.lost && fate.inBurst) {
      lostInBursts++;
    } else if (fate.lost) {
      lost++;
    } else {
      boolean twice = fate.duplicated;
      put(frame, left, fate);
      if (twice) {
        duplicated++;
        put(frame, left, decide(number, 1));
      }
    }
    return left == now ? Carried.READ : complete(from, frame, left);
  }

  private FrameFaults decide(long number, int copy) {
    frameFaults.clear();
    faults.decide(number, copy, frameFaults);
    return frameFaults;
  }

  /** When the last bit of a frame of {@code bytes} leaves. */
  private long serialize(int bytes, long now) {
    if (config.bitsPerSecond() == 0) {
      return now;
    }
    long wireBytes = (long) Math.max(bytes, MIN_FRAME_BYTES) + OVERHEAD_BYTES;
    long start = busyUntilNanos - now > 0 ? busyUntilNanos : now;
    busyUntilNanos = start + wireBytes * BITS_TIMES_NANOS / config.bitsPerSecond();
    return busyUntilNanos;
  }

  private void put(Frame frame, long left, FrameFaults fate) {
    int cell = store.put(frame);
    if (cell == FrameStore.FULL) {
      queueDrops++;
      return;
    }
    if (fate.memoryError != 0 && store.strike(cell, fate.memoryError)) {
      memoryErrors++;
    }
    if (fate.congestion && store.mark(cell)) {
      marked++;
    }
    long arrives = left + config.delayNanos() + fate.jitterNanos;
    if (arrives - lastArrivalNanos < 0) {
      arrives = lastArrivalNanos;
    }
    if (fate.reorderNanos > 0) {
      reordered++;
      arrives += fate.reorderNanos;
    } else {
      lastArrivalNanos = arrives;
    }
    heap.add(arrives, fate.corrupted ? badArrival : arrival, cell);
  }

  /** The sender's completion comes when the last bit has left. */
  private Carried complete(WireEnd from, Frame frame, long left) {
    VirtualInterface sender = frame.sender();
    boolean own = sender != null && sender.nic().equals(from);
    if (queued == waiting.length) {
      growWaiting();
    }
    waiting[(firstWaiting + queued) & (waiting.length - 1)] = own ? sender : null;
    queued++;
    heap.add(left, departure, 0);
    return own ? Carried.HELD : Carried.READ;
  }

  private void growWaiting() {
    @Nullable VirtualInterface[] longer = new VirtualInterface[waiting.length * 2];
    for (int i = 0; i < queued; i++) {
      longer[i] = waiting[(firstWaiting + i) & (waiting.length - 1)];
    }
    waiting = longer;
    firstWaiting = 0;
  }

  private void depart(int argument, long now) {
    VirtualInterface sender = waiting[firstWaiting];
    waiting[firstWaiting] = null;
    firstWaiting = (firstWaiting + 1) & (waiting.length - 1);
    queued--;
    if (sender != null) {
      sender.onTransmitted();
    }
  }

  private void arrive(int cell, long now) {
    if (closed) {
      return;
    }
    delivered++;
    to.deliver(store.show(cell, view));
    store.remove(cell);
  }

  private void arriveCorrupted(int cell, long now) {
    if (closed) {
      return;
    }
    corrupted++;
    to.deliverCorrupted();
    store.remove(cell);
  }

  void faults(LinkFaults newFaults) {
    faults = new RandomFaults(newFaults, random);
  }

  void faults(FaultSource newFaults) {
    faults = newFaults;
  }

  void cut(boolean isCut) {
    cut = isCut;
  }

  LinkCounters counters() {
    return new LinkCounters(
        sent,
        delivered,
        lost,
        lostInBursts,
        lostByCut,
        queueDrops,
        duplicated,
        reordered,
        corrupted,
        memoryErrors,
        marked);
  }

  void close() {
    closed = true;
    store.close();
  }
}
