package dev.trident.hw.nic;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.hw.nic.NicTiming.Way;
import dev.trident.link.NetworkDevice;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A virtual interface of an adapter: a receive ring, a transmit ring, and the event queue that the
 * two halves of the rings form. One stack uses it, and posts cells of its own pool.
 *
 * <p>{@link #transmit} posts and never runs anything else; frames received and completions wait for
 * {@link #poll}. Calls come from the stack's caller only, except {@link #hasEvent}, which any
 * thread may ask, and {@link #deliver}, which comes from the sender's thread.
 */
public final class VirtualInterface implements NetworkDevice {
  /** Longest frame that fits a posted cell. */
  public static final int MAX_FRAME_BYTES = Packet.CELL_BYTES - Packet.RECEIVE_HEADROOM_BYTES;

  /** Size of a PIO buffer. */
  public static final int PIO_BUFFER_BYTES = 2_048;

  /** A frame begins at a multiple of this in the PIO buffer. */
  private static final int PIO_ALIGNMENT = 64;

  /** Slots of a ring between two threads. */
  private static final int RING_SLOTS = 512;

  private static final FrameSource[] NO_SOURCES = {};
  private static final Outlet[] NO_OUTLETS = {};

  /** A ring towards one receiver on another thread, as its producer sees it. */
  private record Outlet(VirtualInterface target, FrameRing ring) {}

  private final Nic nic;
  private final int number;
  private final PacketPool pool;
  private final RxRing rx;
  private final TxRing tx;
  private final int refillInterval;

  /** Polls that are left until the receive ring is filled again. */
  private int pollsToRefill;

  private final TransmitAlternatives alternatives;
  private final boolean hasPio;

  /** Longest frame that cuts through; 0 for none. */
  private final int cutThroughBytes;

  private final int vlan;
  private final boolean stampsReceived;

  /** What is to be reported of sent frames; null if nothing is. */
  private final @Nullable SentLog sentLog;

  private @Nullable SentFrameHandler sentFrameHandler;
  private int sender;
  private final FrameHandler handler;
  private final Frame frame = new Frame(this);
  private final Counters counters = new Counters();
  private final Doorbell doorbell;

  /** Bytes of the PIO buffer in which no frame lies that the adapter has not completed. */
  private int pioFreeBytes;

  private volatile FrameSource[] sources = NO_SOURCES;
  private Outlet[] outlets = NO_OUTLETS;

  /** Frames lie in outlets whose receivers have not been told. */
  private boolean unannounced;

  /** Frames were given to the wire, which has not been told that there are no more. */
  private boolean unflushed;

  /** The stack was refused a transmission and waits for room. */
  private boolean refused;

  private volatile boolean closed;

  private @Nullable Runnable interrupt;

  /** What takes time; null if nothing does. */
  private final @Nullable Delays delays;

  private long framesIn;
  private long bytesIn;
  private long bytesOut;
  private long ringOverruns;
  private long staleCompletions;

  /** Frames sent, by their way. */
  private final long[] sends = new long[Way.values().length];

  VirtualInterface(
      Nic nic,
      int number,
      PacketPool pool,
      InterfaceOptions options,
      boolean hasPio,
      FrameHandler handler,
      Doorbell doorbell) {
    this.nic = nic;
    this.number = number;
    this.pool = pool;
    this.handler = handler;
    this.doorbell = doorbell;
    this.hasPio = hasPio;
    vlan = options.vlan();
    stampsReceived = options.receiveStamps();
    sentLog = options.transmitStamps() ? new SentLog(options.rings().txDescriptors()) : null;
    cutThroughBytes = options.cutThrough().maxFrameBytes();
    alternatives = new TransmitAlternatives(options.alternatives(), options.alternativeBytes());
    rx = new RxRing(options.rings());
    tx = new TxRing(options.rings().txDescriptors());
    pioFreeBytes = hasPio ? PIO_BUFFER_BYTES : 0;
    refillInterval = options.rings().refillInterval();
    pollsToRefill = refillInterval;
    delays = nic.newDelays(this, tx.size(), options.cutThrough().thresholdBytes());
    rx.fillUp(pool);
  }

  public Nic nic() {
    return nic;
  }

  /** Where the cells come from that it posts. */
  public PacketPool pool() {
    return pool;
  }

  /** Number among the adapter's virtual interfaces; 0 is the default stack's. */
  public int number() {
    return number;
  }

  // ---- transmit -----------------------------------------------------------------------------

  @Override
  public boolean transmit(Packet packet, int queue) {
    if (queue != DEFAULT_QUEUE) {
      return alternatives.hold(packet, queue, delays == null ? 0 : readyNanos(delays, packet));
    }
    if (tx.isFull() || !send(packet, packet.offset(), packet.length())) {
      refused = true;
      return false;
    }
    return true;
  }

  @Override
  public int transmitSlots() {
    return tx.size();
  }

  @Override
  public boolean hasRoomFor(int frames) {
    boolean isRoom = tx.hasRoomFor(frames);
    refused |= !isRoom;
    return isRoom;
  }

  private boolean send(Packet packet, int offset, int length) {
    if (delays != null) {
      frame.wrap(packet, offset, length);
      Way way = way(frame);
      post(packet, way);
      delays.send(packet, offset, length, delays.readyNanos(way, frame.totalBytes()));
      return true;
    }
    Carried carried = nic.send(frame.wrap(packet, offset, length));
    if (carried == Carried.REFUSED) {
      return false;
    }
    post(packet, way(frame));
    if (carried == Carried.READ) {
      complete();
    }
    return true;
  }

  /** The frame that {@link #frame} shows is the adapter's until it has been completed. */
  private void post(Packet packet, Way way) {
    int bytes = frame.totalBytes();
    int inPio = 0;
    if (way == Way.PIO) {
      inPio = pioRoom(bytes);
      pioFreeBytes -= inPio;
    }
    sends[way.ordinal()]++;
    SentLog log = sentLog;
    if (log != null) {
      log.note(tx.posted(), frame, sender);
    }
    tx.post(packet, inPio);
    unflushed = true;
    bytesOut += bytes;
  }

  /**
   * The way of a frame to the adapter. Pieces are gathered by DMA alone, and so is what the adapter
   * is to sum.
   */
  private Way way(Frame written) {
    if (!written.isPlain()) {
      return Way.DMA;
    }
    int bytes = written.totalBytes();
    if (bytes <= cutThroughBytes) {
      return Way.CUT_THROUGH;
    }
    return pioRoom(bytes) <= pioFreeBytes ? Way.PIO : Way.DMA;
  }

  private static int pioRoom(int bytes) {
    return (bytes + PIO_ALIGNMENT - 1) & -PIO_ALIGNMENT;
  }

  /** When a frame that goes to an alternative has passed the adapter as far as that goes. */
  private long readyNanos(Delays taking, Packet packet) {
    frame.wrap(packet);
    Way way = frame.isPlain() && hasPio ? Way.PIO : Way.DMA;
    return taking.readyNanos(way, frame.totalBytes());
  }

  /** A delayed frame gets to the wire; false if that takes nothing at present. */
  boolean depart(Packet packet, int offset, int length) {
    Carried carried = nic.send(frame.wrap(packet, offset, length));
    if (carried == Carried.REFUSED) {
      return false;
    }
    nic.flush();
    if (carried == Carried.READ) {
      onTransmitted();
    }
    return true;
  }

  /** Called by a wire that held a frame: the oldest such frame has been read. */
  public void onTransmitted() {
    if (closed) {
      staleCompletions++;
      return;
    }
    complete();
    interrupt();
  }

  private void complete() {
    SentLog log = sentLog;
    if (log != null) {
      log.stamp(tx.completed(), nic.nowNanos());
    }
    tx.complete();
  }

  /**
   * Reports sent frames from now on; they must have been asked for by {@link
   * InterfaceOptions#transmitStamps}.
   */
  public void onSent(SentFrameHandler handler) {
    sentFrameHandler = handler;
  }

  /** Reports of what is handed over from now on carry this number; 0 at first. */
  public void sender(int number) {
    sender = number;
  }

  /**
   * Sends what alternative {@code queue} holds, in order. What the transmit ring has no room for
   * stays held, and the call may be repeated.
   */
  @Override
  public void releaseQueue(int queue) {
    while (alternatives.isHeld(queue) && !tx.isFull()) {
      if (!release(queue)) {
        break;
      }
      alternatives.dropFirst(queue);
    }
    refused |= alternatives.isHeld(queue);
  }

  private boolean release(int queue) {
    Packet packet = alternatives.first(queue);
    int offset = alternatives.firstOffset(queue);
    int length = alternatives.firstLength(queue);
    frame.wrap(packet, offset, length);
    if (delays != null) {
      post(packet, Way.ALTERNATIVE);
      long told = delays.readyNanos(Way.ALTERNATIVE, frame.totalBytes());
      delays.send(packet, offset, length, Math.max(told, alternatives.firstReadyNanos(queue)));
      return true;
    }
    Carried carried = nic.send(frame);
    if (carried == Carried.REFUSED) {
      return false;
    }
    post(packet, Way.ALTERNATIVE);
    if (carried == Carried.READ) {
      complete();
    }
    return true;
  }

  @Override
  public void flushQueue(int queue) {
    alternatives.flush(queue);
  }

  /** Whether it has a PIO buffer of the adapter. */
  public boolean hasPio() {
    return hasPio;
  }

  /** Whether its smallest frames are sent without being stored. */
  public boolean hasCutThrough() {
    return cutThroughBytes > 0;
  }

  /**
   * Bytes of frames that an alternative queue would take at present.
   *
   * @throws IllegalArgumentException if there is no such queue
   */
  public int alternativeFreeBytes(int queue) {
    return alternatives.freeBytes(queue);
  }

  /** Frames posted whose completion has not been processed. */
  public int outstandingTransmissions() {
    return tx.outstanding();
  }

  /** Cells of the stack that are in the receive ring, posted or filled. */
  public int receiveRingCells() {
    return rx.cells();
  }

  /** How far both rings have got; may be a little old when another thread asks. */
  public RingCounters rings() {
    return new RingCounters(
        Integer.toUnsignedLong(rx.posted()),
        Integer.toUnsignedLong(rx.filled()),
        Integer.toUnsignedLong(rx.read()),
        Integer.toUnsignedLong(tx.posted()),
        Integer.toUnsignedLong(tx.completed()),
        Integer.toUnsignedLong(tx.reaped()),
        rx.refillsWithoutMemory());
  }

  // ---- receive ------------------------------------------------------------------------------

  /** A frame for this interface comes off the wire, on the sender's thread. */
  void deliver(Frame arriving, int flowHint) {
    if (!nic.isConcurrent()) {
      receive(arriving, flowHint);
      return;
    }
    VirtualInterface sender = arriving.sender();
    if (sender == null) {
      throw new IllegalStateException("frame without a sender in a fabric with threads");
    }
    sender.passTo(this, arriving, flowHint);
  }

  /** Whether {@link #receive} would find a cell. */
  boolean hasPostedCell() {
    return rx.hasPosted();
  }

  /** Copies a frame into the next posted cell and adds an event; drops and counts otherwise. */
  void receive(Frame arriving, int flowHint) {
    int length = arriving.totalBytes();
    if (length > MAX_FRAME_BYTES) {
      counters.drop(DropReason.ETHERNET_TOO_LONG);
    } else if (!rx.hasPosted()) {
      counters.drop(DropReason.DEVICE_RING_FULL);
    } else {
      Packet cell = rx.nextPosted();
      int start = cell.base() + Packet.RECEIVE_HEADROOM_BYTES;
      arriving.copyTo(pool.slab(), start);
      finish(cell, start, length, flowHint);
    }
  }

  /** The cell that a port may receive into directly; only if {@link #hasPostedCell}. */
  Packet nextPostedCell() {
    return rx.nextPosted();
  }

  /** The cell of {@link #nextPostedCell} holds a frame at the usual place. */
  void received(int length, int flowHint) {
    Packet cell = rx.nextPosted();
    finish(cell, cell.base() + Packet.RECEIVE_HEADROOM_BYTES, length, flowHint);
  }

  /** The cell of {@link #nextPostedCell} holds a frame at {@code start}. */
  void receivedAt(int start, int length, int flowHint) {
    finish(rx.nextPosted(), start, length, flowHint);
  }

  private void finish(Packet cell, int start, int length, int flowHint) {
    cell.setRange(start, length);
    if (stampsReceived) {
      cell.wireNanos = nic.nowNanos();
    }
    rx.fill(flowHint);
    framesIn++;
    bytesIn += length;
    if (delays == null) {
      arrive();
    } else {
      delays.received();
    }
  }

  /** The event of the oldest frame whose event was under way is in the queue. */
  void arrive() {
    rx.arrive();
    interrupt();
  }

  /** Counts a frame that was lost before it reached a cell. */
  void drop(DropReason reason) {
    counters.drop(reason);
  }

  // ---- event queue --------------------------------------------------------------------------

  /** Whether {@link #poll} would find something. Any thread may ask. */
  public boolean hasEvent() {
    return rx.hasFrame() || tx.hasCompletion() || hasSourceFrame() || rx.canRecover(pool);
  }

  private boolean hasSourceFrame() {
    for (FrameSource source : sources) {
      if (source.hasFrame()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Takes up to {@code budget} events: a frame is one, and so are all completions together. Frames
   * go to the stack; fresh cells are posted if it is time for that; and the stack is told if there
   * is room again.
   *
   * @param budget 2 or more
   * @return frames received
   */
  public int poll(long nowNanos, int budget) {
    fetch();
    int frames = tx.hasCompletion() ? budget - 1 : budget;
    int done = 0;
    while (done < frames && rx.hasFrame()) {
      int flowHint = rx.nextHint();
      handler.onFrame(rx.take(), flowHint, nowNanos);
      done++;
    }
    reapCompletions();
    countPoll();
    if (refused && !tx.isFull()) {
      refused = false;
      handler.onDrained(nowNanos);
    }
    return done;
  }

  /** Processes completions alone, and posts cells that a call gave back if they run short. */
  public void reapCompletions() {
    SentLog log = sentLog;
    SentFrameHandler reporting = sentFrameHandler;
    while (tx.hasCompletion()) {
      if (log != null && reporting != null) {
        log.report(tx.reaped(), reporting);
      }
      pioFreeBytes += tx.reap();
    }
    if (rx.canRecover(pool)) {
      rx.refill(pool);
    }
  }

  /** A poll that found no event; it counts for the next refill of a ring that lacks cells. */
  public void pollEmpty() {
    if (rx.lacksBatch()) {
      countPoll();
    }
  }

  private void countPoll() {
    if (refillInterval == 1 || --pollsToRefill <= 0) {
      pollsToRefill = refillInterval;
      rx.refill(pool);
    }
  }

  /** Moves frames from rings and ports into posted cells, where there are such sources. */
  public void fetch() {
    FrameSource[] feeding = sources;
    for (int i = 0; i < feeding.length; i++) {
      if (feeding[i].pull(this)) {
        removeSource(feeding[i]);
      }
    }
  }

  /** Feeds this interface from {@code source} from the next poll on. Any thread may call. */
  synchronized void addSource(FrameSource source) {
    FrameSource[] longer = Arrays.copyOf(sources, sources.length + 1);
    longer[sources.length] = source;
    sources = longer;
  }

  /** Lets {@code feed} write into the posted cells of this interface, the adapter's only one. */
  void addFeed(CellFeed feed) {
    addSource(new CellSource(nic, feed, this, rx, pool.cells()));
  }

  private synchronized void removeSource(FrameSource source) {
    sources = Arrays.stream(sources).filter(s -> !s.equals(source)).toArray(FrameSource[]::new);
  }

  /** Called at each event in a simulation, which polls the stack; null for nobody. */
  public void onInterrupt(@Nullable Runnable newInterrupt) {
    interrupt = newInterrupt;
  }

  private void interrupt() {
    Runnable raised = interrupt;
    if (raised != null) {
      raised.run();
    }
  }

  // ---- rings between threads ----------------------------------------------------------------

  private void passTo(VirtualInterface target, Frame passing, int flowHint) {
    if (outletTo(target).offer(passing, flowHint)) {
      unannounced = true;
    } else {
      ringOverruns++;
    }
  }

  private FrameRing outletTo(VirtualInterface target) {
    for (Outlet outlet : outlets) {
      if (outlet.target == target) {
        return outlet.ring;
      }
    }
    FrameRing ring = new FrameRing(RING_SLOTS);
    Stream<Outlet> open = Arrays.stream(outlets).filter(outlet -> !outlet.target.closed);
    outlets = Stream.concat(open, Stream.of(new Outlet(target, ring))).toArray(Outlet[]::new);
    target.addSource(ring);
    return ring;
  }

  /**
   * Ends a batch: lets the wire send what it has only put down, and wakes receivers that sleep,
   * once for all frames sent since the last time.
   */
  public void announce() {
    if (unflushed) {
      unflushed = false;
      nic.flush();
    }
    if (unannounced) {
      unannounced = false;
      VarHandle.fullFence();
      for (Outlet outlet : outlets) {
        outlet.target.doorbell.ring();
      }
    }
  }

  // ---- filters, counters, end ---------------------------------------------------------------

  @Override
  public int steer(
      int protocol,
      int localAddress,
      int localPort,
      int remoteAddress,
      int remotePort,
      int flowHint) {
    return number == Nic.DEFAULT_INTERFACE
        ? 0
        : nic.addFilter(
            vlan, protocol, localAddress, localPort, remoteAddress, remotePort, number, flowHint);
  }

  @Override
  public void unsteer(int filter) {
    if (number != Nic.DEFAULT_INTERFACE) {
      nic.removeFilter(filter);
    }
  }

  @Override
  public void listen(int group, boolean on) {
    if (number == Nic.DEFAULT_INTERFACE) {
      nic.listen(group, on);
    }
  }

  /** Frames received so far. */
  public long framesIn() {
    return framesIn;
  }

  /** Frames dropped so far because no cell was posted. */
  public long noDescriptor() {
    return counters.get(DropReason.DEVICE_RING_FULL);
  }

  /** Frames sent from here that were dropped because the ring to their receiver was full. */
  public long ringOverruns() {
    return ringOverruns;
  }

  /** What was counted here; may be a little old when another thread asks. */
  public NicCounters counters() {
    SendCounters ways = sends();
    return new NicCounters(
        framesIn,
        ways.cutThrough() + ways.pio() + ways.dma() + ways.alternatives(),
        bytesIn,
        bytesOut,
        bytesOut,
        bytesIn,
        counters.get(DropReason.DEVICE_RING_FULL),
        counters.get(DropReason.ETHERNET_TOO_LONG),
        0,
        0,
        ringOverruns,
        staleCompletions,
        ways);
  }

  private SendCounters sends() {
    return new SendCounters(
        sends[Way.CUT_THROUGH.ordinal()],
        sends[Way.PIO.ordinal()],
        sends[Way.DMA.ordinal()],
        sends[Way.ALTERNATIVE.ordinal()]);
  }

  /**
   * Stops the interface: posted cells, received frames and all holds on packets being sent are
   * given back. Later completions are counted and ignored.
   */
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (Outlet outlet : outlets) {
      outlet.ring.close();
    }
    outlets = NO_OUTLETS;
    for (FrameSource source : sources) {
      source.stop();
    }
    sources = NO_SOURCES;
    alternatives.flushAll();
    tx.reapAll();
    rx.releaseAll();
    nic.onClosed(this);
  }

  /** What it has of the adapter's memory for alternatives. */
  TransmitAlternatives alternatives() {
    return alternatives;
  }

  boolean isClosed() {
    return closed;
  }
}
