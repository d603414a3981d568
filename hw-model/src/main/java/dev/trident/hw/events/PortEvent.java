package dev.trident.hw.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The other end of a port has gone or come. */
@Name("trident.Port")
@Label("Port")
@Category("Trident")
@Description("The other end of a port was lost, is back, or its device was removed")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // Flight Recorder reads the fields
public final class PortEvent extends Event {
  @Label("Interface")
  private final String place;

  @Label("Port")
  private final String port;

  @Label("State")
  @Description("CONNECTED, LOST (may come back) or GONE (will not)")
  private final String state;

  private PortEvent(String place, String port, String state) {
    this.place = place;
    this.port = port;
    this.state = state;
  }

  /** Reports a change. */
  public static void report(String place, String port, String state) {
    new PortEvent(place, port, state).commit();
  }
}
