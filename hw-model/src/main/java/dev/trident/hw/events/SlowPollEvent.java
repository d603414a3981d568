package dev.trident.hw.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * A poll of a stack took longer than {@link #THRESHOLD_NANOS}: what waits behind it, waits so long.
 */
@Name("trident.SlowPoll")
@Label("Slow Poll")
@Category("Trident")
@Description("A poll took longer than the system property trident.slowPollNanos, usually 1 ms")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // Flight Recorder reads the fields
public final class SlowPollEvent extends Event {
  /** From the system property {@code trident.slowPollNanos}; 1 ms without it. */
  public static final long THRESHOLD_NANOS = Long.getLong("trident.slowPollNanos", 1_000_000);

  private static final SlowPollEvent PROBE = new SlowPollEvent("", 0, 0, 0);

  @Label("Stack")
  private final String stack;

  @Label("Poll Time")
  @Timespan(Timespan.NANOSECONDS)
  private final long pollNanos;

  @Label("Frames")
  @Description("Frames that it received")
  private final long frames;

  @Label("Work")
  @Description("All that it did: frames, timers, transmissions")
  private final long work;

  private SlowPollEvent(String stack, long pollNanos, long frames, long work) {
    this.stack = stack;
    this.pollNanos = pollNanos;
    this.frames = frames;
    this.work = work;
  }

  /** Whether a recording wants such events. */
  public static boolean isOn() {
    return PROBE.isEnabled();
  }

  /** Reports a poll that is over. */
  public static void report(String stack, long pollNanos, long frames, long work) {
    new SlowPollEvent(stack, pollNanos, frames, work).commit();
  }
}
