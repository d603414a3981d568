package dev.trident.trace;

import java.util.Arrays;

/**
 * The counters of one stack: a cell per {@link DropReason} and per {@link Counter}. Written by the
 * one caller of the stack; a monitor on another thread may read values that are a little old.
 */
public final class Counters {
  private final long[] drops = new long[DropReason.values().length];
  private final long[] counts = new long[Counter.values().length];

  /** Counts a packet that was not delivered. {@link DropReason#NONE} is not a drop. */
  public void drop(DropReason reason) {
    assert reason != DropReason.NONE : "NONE is not a reason to drop";
    drops[reason.ordinal()]++;
  }

  /** Counts {@code packets} that were not delivered for one reason. */
  public void drop(DropReason reason, int packets) {
    assert reason != DropReason.NONE : "NONE is not a reason to drop";
    drops[reason.ordinal()] += packets;
  }

  public void increment(Counter counter) {
    counts[counter.ordinal()]++;
  }

  public void add(Counter counter, long amount) {
    counts[counter.ordinal()] += amount;
  }

  public long get(DropReason reason) {
    return drops[reason.ordinal()];
  }

  public long get(Counter counter) {
    return counts[counter.ordinal()];
  }

  /** Packets dropped for any reason. */
  public long totalDrops() {
    return Arrays.stream(drops).sum();
  }

  /** The counters that are not zero, a line each: for people. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Counter counter : Counter.values()) {
      line(text, counter.name(), get(counter));
    }
    for (DropReason reason : DropReason.values()) {
      line(text, "drop " + reason.name(), get(reason));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, long value) {
    if (value != 0) {
      text.append(name).append(' ').append(value).append('\n');
    }
  }
}
