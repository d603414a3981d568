package dev.trident.hw.nic;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.hw.filter.FilterSpec;
import dev.trident.link.NetworkDevice;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
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

  private final Nic nic;
  private final int number;
  private final PacketPool pool;
  private final FrameHandler handler;
  private final Doorbell doorbell;
  private final int vlan;
  private final boolean stampsReceived;
  private final RxRing rx;
  private final TxRing tx;
  private final SendPath sending;
  private final Outlets outlets = new Outlets();
  private final FrameSources sources = new FrameSources();
  private final Counters counters = new Counters();

  /** What takes time; null if nothing does. */
  private final @Nullable Delays delays;

  private final int refillInterval;

  /** Polls that are left until the receive ring is filled again. */
  private int pollsToRefill;

  private @Nullable Runnable interrupt;
  private volatile boolean closed;
  private long framesIn;
  private long bytesIn;
  private long staleCompletions;

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
    vlan = options.vlan();
    stampsReceived = options.receiveStamps();
    rx = new RxRing(options.rings());
    tx = new TxRing(options.rings().txDescriptors());
    refillInterval = options.rings().refillInterval();
    pollsToRefill = refillInterval;
    delays = nic.newDelays(this, tx.size(), options.cutThrough().thresholdBytes());
    sending = new SendPath(this, tx, options, hasPio, delays);
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
    return sending.transmit(packet, queue);
  }

  @Override
  public int transmitSlots() {
    return tx.size();
  }

  @Override
  public boolean hasRoomFor(int frames) {
    return sending.hasRoomFor(frames);
  }

  /** A delayed frame gets to the wire; false if that takes nothing at present. */
  boolean depart(Packet packet, int offset, int length) {
    Carried carried = sending.depart(packet, offset, length);
    if (carried == Carried.READ) {
      interrupt();
    }
    return carried != Carried.REFUSED;
  }

  /** Called by a wire that held a frame: the oldest such frame has been read. */
  public void onTransmitted() {
    if (closed) {
      staleCompletions++;
      return;
    }
    sending.completeOldest();
    interrupt();
  }

  /**
   * Reports sent frames from now on; they must have been asked for by {@link
   * InterfaceOptions#transmitStamps}.
   */
  public void onSent(SentFrameHandler handler) {
    sending.onSent(handler);
  }

  /** Reports of what is handed over from now on carry this number; 0 at first. */
  public void sender(int number) {
    sending.sender(number);
  }

  /**
   * Sends what alternative {@code queue} holds, in order. What the transmit ring has no room for
   * stays held, and the call may be repeated.
   */
  @Override
  public void releaseQueue(int queue) {
    sending.releaseQueue(queue);
  }

  @Override
  public void flushQueue(int queue) {
    sending.flushQueue(queue);
  }

  /** Whether it has a PIO buffer of the adapter. */
  public boolean hasPio() {
    return sending.hasPio();
  }

  /** Whether its smallest frames are sent without being stored. */
  public boolean hasCutThrough() {
    return sending.hasCutThrough();
  }

  /**
   * Bytes of frames that an alternative queue would take at present.
   *
   * @throws IllegalArgumentException if there is no such queue
   */
  public int alternativeFreeBytes(int queue) {
    return sending.alternatives().freeBytes(queue);
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
    sender.outlets.pass(this, arriving, flowHint);
  }

  /** Whether {@link #receive} would find a cell. */
  boolean hasPostedCell() {
    return rx.hasPosted();
  }

  /** Copies a frame into a posted cell and adds an event; drops and counts otherwise. */
  void receive(Frame arriving, int flowHint) {
    int length = arriving.totalBytes();
    if (length > MAX_FRAME_BYTES) {
      counters.drop(DropReason.ETHERNET_TOO_LONG);
    } else if (!rx.hasPosted()) {
      counters.drop(DropReason.DEVICE_RING_FULL);
    } else {
      int start = rx.warmest().base() + Packet.RECEIVE_HEADROOM_BYTES;
      arriving.copyTo(pool.slab(), start);
      rx.takeWarmest();
      receivedAt(start, length, flowHint);
    }
  }

  /** The cell that a port may receive into directly; only if {@link #hasPostedCell}. */
  Packet nextPostedCell() {
    return rx.warmest();
  }

  /** The cell of {@link #nextPostedCell} holds a frame at the usual place. */
  void received(int length, int flowHint) {
    rx.takeWarmest();
    receivedAt(rx.nextPosted().base() + Packet.RECEIVE_HEADROOM_BYTES, length, flowHint);
  }

  /** The cell that is next in the ring holds a frame at {@code start}. */
  void receivedAt(int start, int length, int flowHint) {
    Packet cell = rx.nextPosted();
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
    return rx.hasFrame() || tx.hasCompletion() || sources.hasFrame() || rx.canRecover(pool);
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
    if (!rx.hasFrame()) {
      fetch(); // asking a port again for what is there already may cost a system call
    }
    int frames = tx.hasCompletion() ? budget - 1 : budget;
    int done = 0;
    while (done < frames && rx.hasFrame()) {
      int flowHint = rx.nextHint();
      handler.onFrame(rx.take(), flowHint, nowNanos);
      done++;
    }
    reapCompletions();
    countPoll();
    if (sending.takeDrained()) {
      handler.onDrained(nowNanos);
    }
    return done;
  }

  /** Processes completions alone, and posts cells that a call gave back if they run short. */
  public void reapCompletions() {
    sending.reap();
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
    sources.pull(this);
  }

  /** Feeds this interface from {@code source} from the next poll on. Any thread may call. */
  void addSource(FrameSource source) {
    sources.add(source);
  }

  /** Lets {@code feed} write into the posted cells of this interface, the adapter's only one. */
  void addFeed(CellFeed feed) {
    addSource(new CellSource(nic, feed, this, rx, pool.cells()));
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

  /**
   * Ends a batch: lets the wire send what it has only put down, and wakes receivers that sleep,
   * once for all frames sent since the last time.
   */
  public void announce() {
    sending.flush();
    outlets.announce();
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
    if (number == Nic.DEFAULT_INTERFACE) {
      return 0;
    }
    FilterSpec spec =
        new FilterSpec(vlan, protocol, localAddress, localPort, remoteAddress, remotePort);
    return nic.addFilter(spec, number, flowHint);
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
    return outlets.overruns();
  }

  /** What was counted here; may be a little old when another thread asks. */
  public NicCounters counters() {
    SendCounters ways = sending.counters();
    return new NicCounters(
        framesIn,
        ways.cutThrough() + ways.pio() + ways.dma() + ways.alternatives(),
        bytesIn,
        sending.bytes(),
        sending.bytes(),
        bytesIn,
        counters.get(DropReason.DEVICE_RING_FULL),
        counters.get(DropReason.ETHERNET_TOO_LONG),
        0,
        0,
        outlets.overruns(),
        staleCompletions,
        ways);
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
    outlets.close();
    sources.stop();
    sending.stop();
    rx.releaseAll();
    nic.onClosed(this);
  }

  /** What it has of the adapter's memory for alternatives. */
  TransmitAlternatives alternatives() {
    return sending.alternatives();
  }

  /** What wakes whoever polls it. */
  Doorbell doorbell() {
    return doorbell;
  }

  boolean isClosed() {
    return closed;
  }
}
