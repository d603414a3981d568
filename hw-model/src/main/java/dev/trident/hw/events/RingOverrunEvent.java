package dev.trident.hw.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Frames were dropped because a ring was full. */
@Name("trident.RingOverrun")
@Label("Ring Overrun")
@Category("Trident")
@Description("Frames were dropped because a ring was full, since the last poll of that stack")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // Flight Recorder reads the fields
public final class RingOverrunEvent extends Event {
  private static final RingOverrunEvent PROBE = new RingOverrunEvent("", "", "", 0);

  /** A receive ring had no descriptor: the stack was polled too late, or is out of memory. */
  public static final String RECEIVE = "receive";

  /** The ring to a receiver on another thread was full. */
  public static final String BETWEEN_THREADS = "between threads";

  @Label("Stack")
  private final String stack;

  @Label("Adapter")
  private final String adapter;

  @Label("Ring")
  private final String ring;

  @Label("Frames")
  private final long frames;

  private RingOverrunEvent(String stack, String adapter, String ring, long frames) {
    this.stack = stack;
    this.adapter = adapter;
    this.ring = ring;
    this.frames = frames;
  }

  /** Whether a recording wants such events. */
  public static boolean isOn() {
    return PROBE.isEnabled();
  }

  /** Reports frames dropped at one ring. */
  public static void report(String stack, String adapter, String ring, long frames) {
    new RingOverrunEvent(stack, adapter, ring, frames).commit();
  }
}
