package dev.trident.tcpdirect.mux;

import static dev.trident.tcpdirect.ZfErrno.EALREADY;
import static dev.trident.tcpdirect.ZfErrno.EBUSY;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;
import static dev.trident.tcpdirect.ZfErrno.EXDEV;

import dev.trident.tcpdirect.EpollEvent;
import org.jspecify.annotations.Nullable;

/**
 * A set of waitables and the list of those that had an edge. The list is last in, first out, and
 * intrusive: nothing is allocated after a waitable has been added.
 */
public final class MuxerSet {
  private final Muxer muxer;
  private final String name;
  private @Nullable Waitable head;
  private int members;
  private boolean freed;

  MuxerSet(Muxer muxer, String name) {
    this.muxer = muxer;
    this.name = name;
  }

  /**
   * Adds a waitable that is in no live set.
   *
   * @return 0, -EXDEV (other stack), -EALREADY (in this set), -EBUSY (in another live set)
   */
  public int add(Waitable waitable, EpollEvent event) {
    checkUsable();
    waitable.checkUsable();
    if (waitable.muxer() != muxer) {
      return -EXDEV;
    }
    MuxerSet present = waitable.set();
    if (present == this) {
      return -EALREADY;
    }
    if (present != null) {
      if (!present.freed) {
        return -EBUSY;
      }
      remove(waitable);
    }
    members++;
    waitable.set(this);
    update(waitable, event);
    return 0;
  }

  /**
   * Stores a new event and looks at the waitable again, which is how a level is turned into an
   * edge.
   *
   * @return 0, or -EINVAL if {@code waitable} is in no set
   */
  public static int mod(Waitable waitable, EpollEvent event) {
    MuxerSet set = waitable.set();
    if (set == null) {
      return -EINVAL;
    }
    set.update(waitable, event);
    return 0;
  }

  private void update(Waitable waitable, EpollEvent event) {
    waitable.event().copyFrom(event);
    if ((waitable.ready() & waitable.event().events) != 0) {
      queue(waitable);
    }
  }

  /**
   * Takes a waitable out of its set; the last one to leave a freed set ends it.
   *
   * @return 0, or -EINVAL if {@code waitable} is in no set
   */
  public static int remove(Waitable waitable) {
    MuxerSet set = waitable.set();
    if (set == null) {
      return -EINVAL;
    }
    set.unqueue(waitable);
    waitable.set(null);
    set.members--;
    if (set.freed && set.members == 0) {
      set.muxer.onSetGone();
    }
    return 0;
  }

  /** The set must not be used any more; its members stay until they leave or join another. */
  public void free() {
    checkUsable();
    freed = true;
    if (members == 0) {
      muxer.onSetGone();
    }
  }

  /** Whether a member has had an edge that was not collected; it need not be ready any more. */
  public boolean hasQueued() {
    return head != null;
  }

  /** Moves queued waitables that are still ready into {@code events}; the rest stays queued. */
  public int collect(EpollEvent[] events, int maxEvents) {
    int count = 0;
    while (count < maxEvents) {
      Waitable waitable = head;
      if (waitable == null) {
        break;
      }
      unqueue(waitable);
      int ready = waitable.ready() & waitable.event().events;
      if (ready != 0) {
        EpollEvent out = events[count++];
        out.copyFrom(waitable.event());
        out.events = ready;
      }
    }
    return count;
  }

  /**
   * Checks that the set has not been freed.
   *
   * @throws IllegalStateException if it has
   */
  public void checkUsable() {
    if (freed) {
      throw new IllegalStateException(name + ": used after zf_muxer_free");
    }
  }

  void queue(Waitable waitable) {
    if (waitable.isQueued) {
      return;
    }
    waitable.isQueued = true;
    Waitable behind = head;
    waitable.nearerTail = behind;
    if (behind != null) {
      behind.nearerHead = waitable;
    }
    head = waitable;
  }

  private void unqueue(Waitable waitable) {
    if (!waitable.isQueued) {
      return;
    }
    waitable.isQueued = false;
    Waitable ahead = waitable.nearerHead;
    Waitable behind = waitable.nearerTail;
    waitable.nearerHead = null;
    waitable.nearerTail = null;
    if (ahead == null) {
      head = behind;
    } else {
      ahead.nearerTail = behind;
    }
    if (behind != null) {
      behind.nearerHead = ahead;
    }
  }
}
