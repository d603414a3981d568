package dev.trident.hw.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A stack has sent TCP segments again. */
@Name("trident.Retransmission")
@Label("Retransmission")
@Category("Trident")
@Description("TCP segments were sent again, since the last poll of that stack")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // Flight Recorder reads the fields
public final class RetransmissionEvent extends Event {
  private static final RetransmissionEvent PROBE = new RetransmissionEvent("", 0, 0);

  @Label("Stack")
  private final String stack;

  @Label("Segments")
  private final long segments;

  @Label("Total")
  @Description("Segments that it has ever sent again")
  private final long total;

  private RetransmissionEvent(String stack, long segments, long total) {
    this.stack = stack;
    this.segments = segments;
    this.total = total;
  }

  /** Whether a recording wants such events. */
  public static boolean isOn() {
    return PROBE.isEnabled();
  }

  /** Reports what one stack has sent again. */
  public static void report(String stack, long segments, long total) {
    new RetransmissionEvent(stack, segments, total).commit();
  }
}
