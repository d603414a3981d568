package dev.trident.tcpdirect.stack;

import dev.trident.hw.host.AwaitResult;
import dev.trident.hw.host.Condition;
import dev.trident.hw.host.HostStack;
import dev.trident.tcpdirect.EpollEvent;
import dev.trident.tcpdirect.mux.MuxerSet;
import dev.trident.time.Deadline;

/** What makes a stack go: processing its events, alone or for a set that is waited on. */
public final class Reactor {
  private final DirectStack stack;
  private final HostStack host;
  private final int spins;

  Reactor(DirectStack stack, int spins) {
    this.stack = stack;
    this.host = stack.host();
    this.spins = spins;
  }

  /** Processes one batch of events: 1 if something happened that the user may see, else 0. */
  public int perform() {
    return perform(spins);
  }

  /** As {@link #perform()} with another number of polls before giving up. */
  public int perform(int polls) {
    stack.enter();
    try {
      boolean happened = host.perform(polls);
      SendReporter reporter = stack.sendReporter();
      boolean reported = reporter != null && reporter.takeDelivered();
      if (happened || reported) {
        return 1;
      }
      host.foundNothing();
      return 0;
    } finally {
      host.exit();
    }
  }

  /** Whether {@link #perform()} would find something. Any thread may ask. */
  public boolean hasPendingWork() {
    stack.checkUsable();
    return host.hasPendingWork();
  }

  /**
   * Performs until members of a set are ready or the time is over.
   *
   * @param work the set, as {@link #pendingWork} has made it
   * @param timeoutNanos 0 to look once; negative for no limit
   * @return events stored, 0 to {@code maxEvents}
   */
  public int waitFor(PendingWork work, EpollEvent[] events, int maxEvents, long timeoutNanos) {
    stack.enter();
    try {
      work.mayCollect = maxEvents > 0;
      long deadline = Deadline.NEVER;
      boolean isTimed = false;
      for (; ; ) {
        host.perform(spins);
        stack.transport().completions().drain(); // edges fill the ready list
        stack.quiescence().look();
        int count = work.set.collect(events, maxEvents);
        if (count > 0) {
          return count;
        }
        if (timeoutNanos == 0) {
          host.foundNothing();
          return 0;
        }
        long left = Deadline.NEVER;
        if (timeoutNanos > 0) {
          long now = host.nowNanos();
          if (!isTimed) {
            isTimed = true;
            deadline = now + timeoutNanos;
          }
          left = deadline - now;
          if (left <= 0) {
            return 0;
          }
        }
        if (host.await(work, left) == AwaitResult.INTERRUPTED) {
          Thread.currentThread().interrupt(); // there is no error to return: the caller sees it
          return 0;
        }
      }
    } finally {
      host.exit();
    }
  }

  /** What a wait for {@code set} ends with; made once for each set. */
  public PendingWork pendingWork(MuxerSet set) {
    return new PendingWork(set);
  }

  /**
   * Holds when the stack has something to process, or another program that shares the stack in turn
   * has processed what concerns this set.
   */
  public final class PendingWork implements Condition {
    private final MuxerSet set;
    private boolean mayCollect;

    private PendingWork(MuxerSet set) {
      this.set = set;
    }

    @Override
    public boolean holds() {
      return (mayCollect && set.hasQueued()) || host.hasPendingWork();
    }

    @Override
    public String toString() {
      return "zf_muxer_wait on stack " + stack.name();
    }
  }
}
