package dev.trident.tcpdirect.mux;

import dev.trident.tcpdirect.EpollEvent;
import org.jspecify.annotations.Nullable;

/**
 * Something a set can wait for. Events are edges: {@link #mark} queues a waitable for the next
 * wait, which reports all wanted events that hold by then, or nothing if none does any more.
 */
public abstract class Waitable {
  private final Muxer muxer;
  private final Object owner;
  private final EpollEvent event = new EpollEvent();
  private @Nullable MuxerSet set;
  private boolean retired;

  // The ready list of the set; owned by it.
  @Nullable Waitable nearerHead;
  @Nullable Waitable nearerTail;
  boolean isQueued;

  /**
   * @param muxer whose sets this may join
   * @param owner named in errors
   */
  protected Waitable(Muxer muxer, Object owner) {
    this.muxer = muxer;
    this.owner = owner;
  }

  /** The events that hold at present. */
  protected abstract int ready();

  /** Called when this joins a set, and when it leaves: edges matter only in between. */
  protected abstract void watch(boolean on);

  /** These events have an edge: the next wait looks at this waitable if any of them is wanted. */
  protected final void mark(int events) {
    MuxerSet joined = set;
    if (joined != null && (events & event.events) != 0) {
      joined.queue(this);
    }
  }

  final Muxer muxer() {
    return muxer;
  }

  final @Nullable MuxerSet set() {
    return set;
  }

  final void set(@Nullable MuxerSet joined) {
    set = joined;
    watch(joined != null);
  }

  /** The owner goes away: leaves the set, and cannot join one again. */
  public final void retire() {
    retired = true;
    if (set != null) {
      MuxerSet.remove(this);
    }
  }

  final void checkUsable() {
    if (retired) {
      throw new IllegalStateException("waitable of " + owner + ": used after that was freed");
    }
  }

  /** Whether this is in a set. */
  public final boolean isMember() {
    return set != null;
  }

  /**
   * The event stored by the last add or mod.
   *
   * @throws IllegalStateException if this is in no set
   */
  public final EpollEvent memberEvent() {
    if (set == null) {
      throw new IllegalStateException("waitable of " + owner + " is in no muxer set");
    }
    return event;
  }

  final EpollEvent event() {
    return event;
  }
}
