package dev.trident.hw.sim;

import dev.trident.hw.host.Condition;
import dev.trident.hw.host.Host;
import dev.trident.hw.host.HostStack;
import dev.trident.hw.time.EventHeap;
import dev.trident.time.Deadline;
import org.jspecify.annotations.Nullable;

/** A program on a host, or the thread that set the simulation up. */
final class SimApp {
  /** What a parked program is waiting for, besides time. */
  enum Waiting {
    /** Not parked. */
    NOTHING,
    /** A condition; see {@link HostStack#await}. */
    CONDITION,
    /** The next event of its host, after a fruitless call. */
    EVENT,
    /** Time only. */
    TIME,
    /** The end of all programs. */
    PROGRAMS,
    /** A condition or a time, and that nothing else is due then. */
    QUIET
  }

  final int number;
  final String name;
  final @Nullable Host host;
  final Thread thread;
  final Baton baton;

  /** Whether the simulation may end while this program is still running. */
  final boolean daemon;

  /** Wakes this program when its time is up, if it is still the same wait. */
  final EventHeap.Event alarm;

  /** How far this program has got in virtual time. */
  long timeNanos;

  /** When it became runnable, among those with equal times. */
  long order;

  Waiting waiting = Waiting.NOTHING;
  @Nullable HostStack stack;
  @Nullable Condition condition;

  /** When it is woken in any case, or {@code NEVER}. */
  long wakeNanos = Deadline.NEVER;

  /** Counts waits, so that an alarm of an earlier one is recognised. */
  int waits;

  /** Calls that have begun and not ended. */
  int depth;

  boolean unwinding;
  boolean done;

  /** What to throw in this program's wait. */
  @Nullable Throwable pending;

  SimApp(
      int number,
      String name,
      @Nullable Host host,
      Thread thread,
      boolean started,
      boolean daemon,
      Scheduler scheduler) {
    this.number = number;
    this.name = name;
    this.host = host;
    this.thread = thread;
    this.daemon = daemon;
    baton = new Baton(thread, started);
    alarm = (wait, now) -> scheduler.onAlarm(this, wait);
  }

  /** A line of a deadlock report. */
  String describe() {
    String where = host == null ? name : name + " on host " + host.name();
    String what =
        switch (waiting) {
          case NOTHING -> "runs";
          case CONDITION -> "waits for " + condition;
          case EVENT -> "found nothing to do";
          case TIME -> "sleeps";
          case PROGRAMS -> "waits for the programs to end";
          case QUIET -> "lets the programs run";
        };
    return where + " at " + timeNanos + " ns: " + what;
  }
}
