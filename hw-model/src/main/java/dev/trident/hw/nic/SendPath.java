package dev.trident.hw.nic;

import dev.trident.buffer.Packet;
import dev.trident.hw.nic.NicTiming.Way;
import org.jspecify.annotations.Nullable;

/**
 * How the frames of a virtual interface get to its adapter: the ways that they take, what each of
 * these has of the adapter, and what is counted and reported of them.
 *
 * <p>A frame that was posted must stay as it is until it is completed; that happens at once if
 * nothing takes time and the wire has read it.
 */
final class SendPath {
  /** A frame begins at a multiple of this in the PIO buffer. */
  private static final int PIO_ALIGNMENT = 64;

  /** For a frame that could go at once. */
  private static final long AT_ONCE = Long.MIN_VALUE;

  private final Nic nic;
  private final TxRing ring;
  private final TransmitAlternatives alternatives;
  private final Frame frame;
  private final boolean hasPio;

  /** Longest frame that cuts through; 0 for none. */
  private final int cutThroughBytes;

  /** What takes time; null if nothing does. */
  private final @Nullable Delays delays;

  /** What is to be reported of sent frames; null if nothing is. */
  private final @Nullable SentLog log;

  private @Nullable SentFrameHandler sentFrameHandler;
  private int sender;

  /** Bytes of the PIO buffer in which no frame lies that the adapter has not completed. */
  private int pioFreeBytes;

  /** Position in the ring of the next delayed frame that gets to the wire. */
  private int departing;

  /** Frames were given to the wire, which has not been told that there are no more. */
  private boolean unflushed;

  /** The stack was refused a transmission and waits for room. */
  private boolean refused;

  private long bytes;

  /** Frames sent, by their way. */
  private final long[] frames = new long[Way.values().length];

  /**
   * Of the frames of {@code owner}.
   *
   * @param delays null if nothing takes time
   */
  SendPath(
      VirtualInterface owner,
      TxRing ring,
      InterfaceOptions options,
      boolean hasPio,
      @Nullable Delays delays) {
    this.ring = ring;
    this.hasPio = hasPio;
    this.delays = delays;
    nic = owner.nic();
    frame = new Frame(owner);
    log = options.transmitStamps() ? new SentLog(ring.size()) : null;
    cutThroughBytes = options.cutThrough().maxFrameBytes();
    alternatives = new TransmitAlternatives(options.alternatives(), options.alternativeBytes());
    pioFreeBytes = hasPio ? VirtualInterface.PIO_BUFFER_BYTES : 0;
  }

  // ---- from the stack -----------------------------------------------------------------------

  /** Posts a frame, or holds it in an alternative; false if there is no room at present. */
  boolean transmit(Packet packet, int queue) {
    frame.wrap(packet);
    if (queue != VirtualInterface.DEFAULT_QUEUE) {
      return alternatives.hold(packet, queue, readyNanos());
    }
    if (ring.isFull() || !send(packet, way(), AT_ONCE)) {
      refused = true;
      return false;
    }
    return true;
  }

  /** When the frame that goes to an alternative has passed the adapter as far as that goes. */
  private long readyNanos() {
    if (delays == null) {
      return AT_ONCE;
    }
    Way way = frame.isPlain() && hasPio ? Way.PIO : Way.DMA;
    return delays.readyNanos(way, frame.totalBytes());
  }

  boolean hasRoomFor(int more) {
    boolean isRoom = ring.hasRoomFor(more);
    refused |= !isRoom;
    return isRoom;
  }

  /** Sends what alternative {@code queue} holds, as far as there is room. */
  void releaseQueue(int queue) {
    while (alternatives.isHeld(queue) && !ring.isFull()) {
      Packet packet = alternatives.first(queue);
      frame.wrap(packet, alternatives.firstOffset(queue), alternatives.firstLength(queue));
      if (!send(packet, Way.ALTERNATIVE, alternatives.firstReadyNanos(queue))) {
        break;
      }
      alternatives.dropFirst(queue);
    }
    refused |= alternatives.isHeld(queue);
  }

  void flushQueue(int queue) {
    alternatives.flush(queue);
  }

  /**
   * Sends the frame that {@link #frame} shows; false if the wire takes nothing at present.
   *
   * @param earliestNanos it cannot be on the wire before; heeded if the adapter takes time
   */
  private boolean send(Packet packet, Way way, long earliestNanos) {
    if (delays != null) {
      post(packet, way);
      long ready = delays.readyNanos(way, frame.totalBytes());
      delays.send(packet, frame.offset(), frame.headBytes(), Math.max(ready, earliestNanos));
      return true;
    }
    Carried carried = nic.send(frame);
    if (carried == Carried.REFUSED) {
      return false;
    }
    post(packet, way);
    if (carried == Carried.READ) {
      complete(ring.posted() - 1);
    }
    return true;
  }

  /** The frame that {@link #frame} shows is the adapter's until it has been completed. */
  private void post(Packet packet, Way way) {
    int length = frame.totalBytes();
    int inPio = way == Way.PIO ? pioRoom(length) : 0;
    pioFreeBytes -= inPio;
    frames[way.ordinal()]++;
    bytes += length;
    if (log != null) {
      log.note(ring.posted(), frame, sender);
    }
    ring.post(packet, inPio);
    unflushed = true;
  }

  /**
   * The way of the frame that is posted. Pieces are gathered by DMA alone, and so is what the
   * adapter is to sum.
   */
  private Way way() {
    if (!frame.isPlain()) {
      return Way.DMA;
    }
    int length = frame.totalBytes();
    if (length <= cutThroughBytes) {
      return Way.CUT_THROUGH;
    }
    return pioRoom(length) <= pioFreeBytes ? Way.PIO : Way.DMA;
  }

  private static int pioRoom(int length) {
    return (length + PIO_ALIGNMENT - 1) & -PIO_ALIGNMENT;
  }

  // ---- to the wire, and back ----------------------------------------------------------------

  /** The oldest delayed frame, with the head that it had when posted, gets to the wire. */
  Carried depart(Packet packet, int offset, int length) {
    Carried carried = nic.send(frame.wrap(packet, offset, length));
    if (carried != Carried.REFUSED) {
      nic.flush();
      int position = departing++;
      if (carried == Carried.READ) {
        complete(position);
      }
    }
    return carried;
  }

  /** A batch has ended: the wire is told unless it knows. */
  void flush() {
    if (unflushed) {
      unflushed = false;
      nic.flush();
    }
  }

  /** The oldest frame that the wire held has been read. */
  void completeOldest() {
    complete(ring.completed());
  }

  /** A wire may hold frames and read a later one at once: a link whose queue is full drops so. */
  private void complete(int position) {
    if (log != null) {
      log.stamp(position, nic.nowNanos());
    }
    ring.complete(position);
  }

  /** Processes all completions. */
  void reap() {
    SentFrameHandler reporting = sentFrameHandler;
    while (ring.hasCompletion()) {
      if (log != null && reporting != null) {
        log.report(ring.reaped(), reporting);
      }
      pioFreeBytes += ring.reap();
    }
  }

  /** Whether there is room for a stack that was refused a transmission; says so once. */
  boolean takeDrained() {
    boolean isDrained = refused && !ring.isFull();
    refused &= !isDrained;
    return isDrained;
  }

  /** Gives back all that the adapter holds: the device is stopped. */
  void stop() {
    alternatives.flushAll();
    ring.reapAll();
  }

  // ---- what it has, reports, counters -------------------------------------------------------

  boolean hasPio() {
    return hasPio;
  }

  boolean hasCutThrough() {
    return cutThroughBytes > 0;
  }

  TransmitAlternatives alternatives() {
    return alternatives;
  }

  /** Where sent frames are reported to; only if their stamps were asked for. */
  void onSent(SentFrameHandler handler) {
    sentFrameHandler = handler;
  }

  /** Reports of what is handed over from now on carry this number. */
  void sender(int number) {
    sender = number;
  }

  /** Bytes of the frames posted so far. */
  long bytes() {
    return bytes;
  }

  /** Frames posted so far. */
  SendCounters counters() {
    return new SendCounters(
        frames[Way.CUT_THROUGH.ordinal()],
        frames[Way.PIO.ordinal()],
        frames[Way.DMA.ordinal()],
        frames[Way.ALTERNATIVE.ordinal()]);
  }
}
