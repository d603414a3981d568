package dev.trident.hw.nic;

import dev.trident.hw.filter.FilterSpec;
import dev.trident.hw.filter.FilterTable;
import dev.trident.hw.filter.FlowKey;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which virtual interfaces of an adapter a frame off the wire belongs to: by the filters,
 * then by what was learnt of flows; what neither knows goes to the default interface. Changed with
 * the adapter locked; where threads drive the hosts, several sort at the same time.
 */
final class FrameSorter {
  /** {@link #sort}: the frame went to other interfaces. */
  static final long ELSEWHERE = Long.MIN_VALUE;

  private final boolean concurrent;
  private volatile FilterTable filters;

  /** Groups that the default interface wants, even if filters of others match their frames. */
  private volatile int[] defaultGroups = {};

  private @Nullable FlowDirector director;
  private final AtomicLong withoutInterface = new AtomicLong();

  /** Without filters yet, of which there will be {@code capacity} at most. */
  FrameSorter(int capacity, boolean concurrent) {
    this.concurrent = concurrent;
    filters = new FilterTable(capacity);
  }

  // ---- sorting ------------------------------------------------------------------------------

  /**
   * Delivers a frame to whom it belongs among {@code all}, except to {@code holder}, which has it
   * already.
   *
   * @return the flow hint if the frame is the holder's, otherwise {@link #ELSEWHERE}
   */
  long sort(@Nullable VirtualInterface[] all, @Nullable VirtualInterface holder, Frame frame) {
    FilterTable table = filters;
    FlowDirector directing = director;
    if (all.length > 1 && (table.size() != 0 || directing != null)) {
      FlowKey key = frame.flowKey();
      if (key.parse(frame.slab(), frame.offset(), frame.headBytes())) {
        if (key.isMulticast()) {
          return deliverMulticast(holder, frame, table, key, all);
        }
        int slot = table.match(key);
        if (slot != FilterTable.NONE) {
          return deliver(holder, frame, all[table.owner(slot)], table.hint(slot));
        }
        VirtualInterface ring = directing == null ? null : directing.match(key);
        if (ring != null) {
          return deliver(holder, frame, ring, 0);
        }
      }
    }
    return deliver(holder, frame, all[Nic.DEFAULT_INTERFACE], 0);
  }

  /**
   * A multicast has several receivers: each interface one of whose filters matches, and the default
   * interface if none does, or if its own stack listens to the group.
   */
  private long deliverMulticast(
      @Nullable VirtualInterface holder,
      Frame frame,
      FilterTable table,
      FlowKey key,
      @Nullable VirtualInterface[] all) {
    int slot = table.firstMember(key);
    boolean toDefault = slot == FilterTable.NONE || isListening(key.localAddress());
    long kept = toDefault ? deliver(holder, frame, all[Nic.DEFAULT_INTERFACE], 0) : ELSEWHERE;
    for (; slot != FilterTable.NONE; slot = table.nextMember(slot, key)) {
      long keptToo = deliver(holder, frame, all[table.owner(slot)], table.hint(slot));
      kept = Math.max(kept, keptToo);
    }
    return kept;
  }

  private boolean isListening(int group) {
    for (int listened : defaultGroups) {
      if (listened == group) {
        return true;
      }
    }
    return false;
  }

  private long deliver(
      @Nullable VirtualInterface holder, Frame frame, @Nullable VirtualInterface to, int flowHint) {
    if (to == null) {
      withoutInterface.incrementAndGet();
    } else if (to.equals(holder)) {
      return flowHint;
    } else {
      to.deliver(frame, flowHint);
    }
    return ELSEWHERE;
  }

  /** Frames so far that belonged to an interface that was not there. */
  long withoutInterface() {
    return withoutInterface.get();
  }

  // ---- what to go by ------------------------------------------------------------------------

  /** As {@link FilterTable#add}. */
  int addFilter(FilterSpec spec, int owner, int flowHint) {
    FilterTable table = toChange();
    int id = table.add(spec, owner, flowHint);
    filters = table;
    return id;
  }

  /** As {@link FilterTable#remove}. */
  void removeFilter(int id) {
    FilterTable table = toChange();
    table.remove(id);
    filters = table;
  }

  /** Readers on other threads keep the table they have; one thread needs no second table. */
  private FilterTable toChange() {
    return concurrent ? filters.copy() : filters;
  }

  /** The default interface wants the frames of {@code group}, too; or no more. */
  void listen(int group, boolean on) {
    IntStream others = Arrays.stream(defaultGroups).filter(listened -> listened != group);
    defaultGroups = (on ? IntStream.concat(others, IntStream.of(group)) : others).toArray();
  }

  /** Spreads flows of the default stack over {@code rings}; set-up only, once. */
  void spreadFlows(VirtualInterface[] rings) {
    director = new FlowDirector(rings);
  }

  boolean spreadsFlows() {
    return director != null;
  }

  /** A frame is sent: what comes back may have to go to a ring for flows. */
  void learn(Frame sent) {
    FlowDirector learning = director;
    if (learning != null) {
      learning.learn(sent);
    }
  }
}
