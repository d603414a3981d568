package dev.trident.buffer;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * What the engine owes its user: free functions to run and readiness edges to report. The engine
 * never calls the user; it links entries here, and whoever made the outermost call runs them at its
 * end, with the state consistent and no gate held. Entries are the pooled objects themselves, so
 * the queue needs no bound of its own.
 */
public final class Completions {
  private static final Logger LOG = System.getLogger(Completions.class.getName());

  /** Something to be run once. */
  public abstract static class Entry {
    private @Nullable Entry nextEntry;

    /** Called when the entry leaves the queue, with the stack to itself: fixes what to report. */
    protected void onTaken() {}

    /** Runs the user's code, with no gate held. */
    protected abstract void complete();

    /** Called after {@link #complete}, with the stack to itself: the entry may be used again. */
    protected void recycle() {}
  }

  private @Nullable Entry first;
  private @Nullable Entry last;
  private boolean draining;
  private long failures;

  /** Adds an entry that is not queued at present. */
  public void add(Entry entry) {
    entry.nextEntry = null;
    if (last == null) {
      first = entry;
    } else {
      last.nextEntry = entry;
    }
    last = entry;
  }

  public boolean isEmpty() {
    return first == null;
  }

  /** Removes the oldest entry for {@link #run} and then {@link #recycle}, or returns null. */
  public @Nullable Entry take() {
    Entry entry = first;
    if (entry != null) {
      first = entry.nextEntry;
      if (first == null) {
        last = null;
      }
      entry.nextEntry = null;
      entry.onTaken();
    }
    return entry;
  }

  /** Runs one entry; an exception of the user's code is counted, logged and swallowed. */
  public void run(Entry entry) {
    try {
      entry.complete();
    } catch (RuntimeException e) {
      failures++;
      LOG.log(Level.WARNING, "exception from a user's callback; the stack goes on", e);
    }
  }

  /** Gives an entry back after {@link #run}; the stack must not be in use meanwhile. */
  public void recycle(Entry entry) {
    entry.recycle();
  }

  /** Runs all entries. A drain inside a drain returns at once: the outer one goes on. */
  public void drain() {
    if (first == null || draining) {
      return;
    }
    draining = true;
    try {
      for (Entry entry = take(); entry != null; entry = take()) {
        run(entry);
        recycle(entry);
      }
    } finally {
      draining = false;
    }
  }

  /** Exceptions that user code threw so far. */
  public long failures() {
    return failures;
  }
}
