package dev.trident.hw.link;

import dev.trident.c.Clock;
import dev.trident.hw.nic.Carried;
import dev.trident.hw.nic.Frame;
import dev.trident.hw.nic.FrameTap;
import dev.trident.hw.nic.FrameTaps;
import dev.trident.hw.nic.Wire;
import dev.trident.hw.nic.WireEnd;
import dev.trident.hw.time.EventHeap;
import dev.trident.hw.time.SeededRandom;

/**
 * A wire with rate, delay, a queue and faults, the same in both directions. Frames in flight lie in
 * its own memory; the sender sees its completion when the last bit has left.
 */
public final class Link implements Wire, AutoCloseable {
  private final String name;
  private final Clock clock;
  private final WireEnd a;
  private final LinkDirection fromA;
  private final LinkDirection fromB;
  private final LinkConfig config;
  private final FrameTaps taps = new FrameTaps();

  private Link(
      String name,
      WireEnd a,
      WireEnd b,
      LinkConfig config,
      long seed,
      EventHeap heap,
      Clock clock) {
    this.name = name;
    this.config = config;
    this.a = a;
    this.clock = clock;
    SeededRandom seeds = new SeededRandom(seed);
    fromA = new LinkDirection(b, config, new SeededRandom(seeds.nextLong()), heap);
    fromB = new LinkDirection(a, config, new SeededRandom(seeds.nextLong()), heap);
  }

  /**
   * Joins two ends, neither of which has a wire yet.
   *
   * @param seed where the faults come from
   * @param heap lets frames arrive
   * @param clock says when frames are put in
   */
  public static Link join(
      String name,
      WireEnd a,
      WireEnd b,
      LinkConfig config,
      long seed,
      EventHeap heap,
      Clock clock) {
    Link link = new Link(name, a, b, config, seed, heap, clock);
    a.plug(link);
    b.plug(link);
    return link;
  }

  public String name() {
    return name;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // an end is itself
  public Carried carry(WireEnd from, Frame frame) {
    long now = clock.nanoTime();
    taps.show(name, from == a, frame, now);
    return (from == a ? fromA : fromB).carry(from, frame, now);
  }

  /** From now on these faults, in both directions. */
  public void faults(LinkFaults faults) {
    fromA.faults(faults);
    fromB.faults(faults);
  }

  /** From now on these decide about what is sent from the first end, and from the second. */
  public void faults(FaultSource ofFirst, FaultSource ofSecond) {
    fromA.faults(ofFirst);
    fromB.faults(ofSecond);
  }

  /** Cuts the link, or mends it: what is put into a cut link is lost, what is in flight arrives. */
  public void cut(boolean isCut) {
    fromA.cut(isCut);
    fromB.cut(isCut);
  }

  /**
   * Lets {@code tap} see every frame that is put in from now on, outbound being from the first end.
   */
  public void watch(FrameTap tap) {
    taps.add(tap);
  }

  /** Ends {@link #watch}. */
  public void unwatch(FrameTap tap) {
    taps.remove(tap);
  }

  /** What it is like, apart from what was changed since it was made. */
  public LinkConfig config() {
    return config;
  }

  /** What was counted so far. */
  public LinkCounters counters() {
    return fromA.counters().plus(fromB.counters());
  }

  /** Frees the memory; frames in flight vanish. */
  @Override
  public void close() {
    fromA.close();
    fromB.close();
  }

  @Override
  public String toString() {
    return name;
  }
}
