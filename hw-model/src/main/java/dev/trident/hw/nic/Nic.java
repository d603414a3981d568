package dev.trident.hw.nic;

import dev.trident.buffer.PacketPool;
import dev.trident.c.Clock;
import dev.trident.hw.filter.FilterSpec;
import dev.trident.hw.nic.NicExhaustedException.Resource;
import dev.trident.hw.time.EventHeap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A network adapter: one socket for a wire, virtual interfaces, and filters that choose among them.
 * What no filter matches goes to the default interface, number 0.
 */
public final class Nic implements WireEnd {
  /** Number of the virtual interface that receives what no filter matches. */
  public static final int DEFAULT_INTERFACE = 0;

  private static final int NO_INTERFACE = -1;

  private final String name;
  private final long mac;
  private final int mtuBytes;
  private final NicFeatures features;
  private final Clock clock;
  private final boolean concurrent;

  /** Written with {@code this} locked; interfaces keep their number, holes are null. */
  private volatile @Nullable VirtualInterface[] interfaces = new VirtualInterface[1];

  private final FrameSorter sorter;
  private final FrameTaps taps = new FrameTaps();
  private @Nullable Wire wire;
  private @Nullable FrameFeed feed;

  /** What works in the cells of the default interface; it can serve no second stack. */
  private @Nullable CellFeed cellFeed;

  private volatile ClockState clockState = ClockState.IN_SYNC;
  private NicTiming timing = NicTiming.NONE;
  private @Nullable EventHeap heap;
  private int pioUsed;
  private int alternativesUsed;
  private int alternativeBuffersUsed;
  private NicCounters retired = NicCounters.ZERO;
  private final AtomicLong badFcs = new AtomicLong();

  /**
   * An adapter without wire and stacks.
   *
   * @param mac hardware address in the low 48 bits
   * @param mtuBytes largest IPv4 datagram
   * @param clock stamps captured frames
   * @param concurrent whether senders run on other threads than this adapter's stacks
   */
  public Nic(
      String name, long mac, int mtuBytes, NicFeatures features, Clock clock, boolean concurrent) {
    this.name = name;
    this.mac = mac;
    this.mtuBytes = mtuBytes;
    this.features = features;
    this.clock = clock;
    this.concurrent = concurrent;
    sorter = new FrameSorter(features.filters(), concurrent);
  }

  public String name() {
    return name;
  }

  /** Hardware address in the low 48 bits. */
  public long mac() {
    return mac;
  }

  /** Largest IPv4 datagram. */
  public int mtuBytes() {
    return mtuBytes;
  }

  public NicFeatures features() {
    return features;
  }

  /** Whether senders run on other threads than this adapter's stacks. */
  public boolean isConcurrent() {
    return concurrent;
  }

  /** The time of this adapter: that of its fabric. */
  long nowNanos() {
    return clock.nanoTime();
  }

  /** Says how good the clock for time stamps is; in sync unless told otherwise. */
  public void clockState(ClockState state) {
    clockState = state;
  }

  /** How good the clock for time stamps is. */
  public ClockState clockState() {
    return clockState;
  }

  /**
   * Lets this adapter take time; set-up only, before the first interface is opened.
   *
   * @param newHeap where what comes later is put; its events must be run
   */
  public void timing(NicTiming newTiming, EventHeap newHeap) {
    if (interfaces[DEFAULT_INTERFACE] != null) {
      throw new IllegalStateException(name + " is in use already");
    }
    timing = newTiming;
    heap = newHeap;
  }

  /** How long this adapter takes. */
  public NicTiming timing() {
    return timing;
  }

  @Nullable Delays newDelays(VirtualInterface of, int txDescriptors, int firstBytes) {
    EventHeap events = heap;
    return events == null || timing.equals(NicTiming.NONE)
        ? null
        : new Delays(of, timing, events, clock, txDescriptors, firstBytes);
  }

  // ---- wire ---------------------------------------------------------------------------------

  @Override
  public void plug(Wire newWire) {
    if (wire != null) {
      throw new IllegalStateException(name + " has a wire already");
    }
    wire = newWire;
  }

  /** Whether a wire is plugged in. */
  public boolean isPlugged() {
    return wire != null;
  }

  /** Lets {@code tap} see every frame from now on. */
  public void watch(FrameTap tap) {
    taps.add(tap);
  }

  /** Ends {@link #watch}. */
  public void unwatch(FrameTap tap) {
    taps.remove(tap);
  }

  /** Puts a frame on the wire; without one it goes nowhere. */
  Carried send(Frame frame) {
    if (!taps.isEmpty()) {
      taps.show(name, true, frame, clock.nanoTime());
    }
    sorter.learn(frame);
    Wire plugged = wire;
    return plugged == null ? Carried.READ : plugged.carry(this, frame);
  }

  /** A batch of frames has ended. */
  void flush() {
    Wire plugged = wire;
    if (plugged != null) {
      plugged.flush();
    }
  }

  @Override
  public void deliver(Frame frame) {
    sort(null, frame);
  }

  @Override
  public void deliverCorrupted() {
    badFcs.incrementAndGet();
  }

  /**
   * Delivers a frame that has come off the wire to whom it belongs, except to {@code holder}, which
   * has it already.
   *
   * @return the flow hint if the frame is the holder's, otherwise {@link FrameSorter#ELSEWHERE}
   */
  long sort(@Nullable VirtualInterface holder, Frame frame) {
    if (!taps.isEmpty()) {
      taps.show(name, false, frame, clock.nanoTime());
    }
    return sorter.sort(interfaces, holder, frame);
  }

  /**
   * Makes the interfaces fetch their frames from {@code newFeed}; set-up only. Where threads drive
   * the hosts the default interface alone fetches, and passes on what belongs to others.
   */
  public synchronized void feed(FrameFeed newFeed) {
    feed = newFeed;
    for (VirtualInterface open : interfaces) {
      if (open != null) {
        addFeed(open);
      }
    }
  }

  /**
   * Lets {@code newFeed} receive into the cells of the default interface and send from them; set-up
   * only. The adapter then has no further interfaces.
   *
   * @throws IllegalStateException if it has some already, or no default interface
   */
  public synchronized void feedCells(CellFeed newFeed) {
    VirtualInterface only = interfaces[DEFAULT_INTERFACE];
    if (only == null || Arrays.stream(interfaces).filter(Objects::nonNull).count() != 1) {
      throw new IllegalStateException(
          name + " must have the default interface alone, so that a wire may use its cells");
    }
    cellFeed = newFeed;
    only.addFeed(newFeed);
  }

  private void addFeed(VirtualInterface to) {
    FrameFeed feeding = feed;
    if (feeding != null && (!concurrent || to.number() == DEFAULT_INTERFACE)) {
      to.addSource(new FeedSource(this, feeding, to));
    }
  }

  // ---- virtual interfaces and filters -------------------------------------------------------

  /**
   * Opens the default interface; set-up only.
   *
   * @param rxRing descriptors, a power of two
   * @param txRing descriptors, a power of two
   */
  public synchronized VirtualInterface openDefault(
      PacketPool pool, int rxRing, int txRing, FrameHandler handler, Doorbell doorbell) {
    if (interfaces[DEFAULT_INTERFACE] != null) {
      throw new IllegalStateException(name + " has a default interface already");
    }
    InterfaceOptions options =
        InterfaceOptions.of(RingOptions.of(rxRing, txRing))
            .withSending(
                txRing == 0 ? InterfaceOptions.Pio.OFF : InterfaceOptions.Pio.IF_POSSIBLE,
                CutThrough.NONE);
    return open(DEFAULT_INTERFACE, pool, options, handler, doorbell);
  }

  /**
   * Opens a further interface, which receives what its filters match.
   *
   * @throws NicExhaustedException if the adapter is out of something that the options demand
   */
  public synchronized VirtualInterface openFurther(
      PacketPool pool, InterfaceOptions options, FrameHandler handler, Doorbell doorbell)
      throws NicExhaustedException {
    int number = freeNumber();
    if (number == NO_INTERFACE) {
      throw new NicExhaustedException(this, Resource.VIRTUAL_INTERFACES);
    }
    if (options.pio() == InterfaceOptions.Pio.REQUIRED && pioUsed >= features.pioBuffers()) {
      throw new NicExhaustedException(this, Resource.PIO_BUFFERS);
    }
    int count = options.alternatives();
    int buffers = TransmitAlternatives.buffersFor(count, options.alternativeBytes());
    if (count > 0
        && (!features.hasAlternatives()
            || count > features.alternatives() - alternativesUsed
            || buffers > features.alternativeBuffers() - alternativeBuffersUsed)) {
      throw new NicExhaustedException(this, Resource.ALTERNATIVES);
    }
    return open(number, pool, options, handler, doorbell);
  }

  private int freeNumber() {
    if (cellFeed != null) {
      return NO_INTERFACE;
    }
    for (int number = DEFAULT_INTERFACE + 1; number < features.virtualInterfaces(); number++) {
      if (number >= interfaces.length || interfaces[number] == null) {
        return number;
      }
    }
    return NO_INTERFACE;
  }

  private VirtualInterface open(
      int number,
      PacketPool pool,
      InterfaceOptions options,
      FrameHandler handler,
      Doorbell doorbell) {
    boolean withPio = options.pio() != InterfaceOptions.Pio.OFF && pioUsed < features.pioBuffers();
    VirtualInterface opened =
        new VirtualInterface(this, number, pool, options, withPio, handler, doorbell);
    account(opened, 1);
    @Nullable VirtualInterface[] changed =
        Arrays.copyOf(interfaces, Math.max(interfaces.length, number + 1));
    changed[number] = opened;
    interfaces = changed;
    addFeed(opened);
    return opened;
  }

  /**
   * Gives the TCP connections of the default stack receive rings of their own, so that a flood of
   * other frames leaves them alone; set-up only, once.
   *
   * @param count rings, over which connections are spread
   * @param descriptors of each, a power of two
   * @throws IllegalStateException if there are such rings already, if the adapter has not so many
   *     virtual interfaces left, or if threads drive the hosts: the table is one thread's
   */
  public synchronized List<VirtualInterface> openFlowRings(
      int count, int descriptors, PacketPool pool, FrameHandler handler, Doorbell doorbell) {
    if (sorter.spreadsFlows() || concurrent) {
      throw new IllegalStateException(
          name + (concurrent ? " is driven by threads" : " has rings for flows already"));
    }
    List<VirtualInterface> rings = new ArrayList<>();
    InterfaceOptions options = InterfaceOptions.of(RingOptions.of(descriptors, 0));
    for (int i = 0; i < count; i++) {
      try {
        rings.add(openFurther(pool, options, handler, doorbell));
      } catch (NicExhaustedException e) {
        rings.forEach(VirtualInterface::close);
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
    sorter.spreadFlows(rings.toArray(VirtualInterface[]::new));
    return rings;
  }

  synchronized void onClosed(VirtualInterface closed) {
    @Nullable VirtualInterface[] changed = interfaces.clone();
    changed[closed.number()] = null;
    interfaces = changed;
    retired = retired.plus(closed.counters());
    account(closed, -1);
  }

  /** Takes what an interface has from what is left, or gives it back with {@code sign} -1. */
  private void account(VirtualInterface of, int sign) {
    pioUsed += of.hasPio() ? sign : 0;
    alternativesUsed += sign * of.alternatives().count();
    alternativeBuffersUsed += sign * of.alternatives().buffers();
  }

  /** The default interface, or null before it is opened and after it was closed. */
  public @Nullable VirtualInterface defaultInterface() {
    return interfaces[DEFAULT_INTERFACE];
  }

  synchronized int addFilter(FilterSpec spec, int owner, int flowHint) {
    return sorter.addFilter(spec, owner, flowHint);
  }

  synchronized void removeFilter(int id) {
    sorter.removeFilter(id);
  }

  /** The default interface wants the frames of {@code group}, too; or no more. */
  synchronized void listen(int group, boolean on) {
    sorter.listen(group, on);
  }

  /** The virtual interfaces that are open at present. */
  public synchronized List<VirtualInterface> openInterfaces() {
    List<VirtualInterface> open = new ArrayList<>();
    for (VirtualInterface one : interfaces) {
      if (one != null) {
        open.add(one);
      }
    }
    return open;
  }

  /** Sums over all interfaces, closed ones included. */
  public synchronized NicCounters counters() {
    NicCounters sum =
        retired.plus(
            new NicCounters(
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                sorter.withoutInterface(),
                badFcs.get(),
                0,
                0,
                SendCounters.ZERO));
    for (VirtualInterface open : interfaces) {
      if (open != null) {
        sum = sum.plus(open.counters());
      }
    }
    return sum;
  }

  @Override
  public String toString() {
    return name;
  }
}
