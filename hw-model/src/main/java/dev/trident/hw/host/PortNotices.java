package dev.trident.hw.host;

import dev.trident.hw.events.PortEvent;
import dev.trident.hw.port.Port;
import dev.trident.hw.port.PortWatch;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/**
 * Says once that the other end of a port has gone, and that it is back: a line in the log, an event
 * in a recording, a count. The host runs on.
 */
final class PortNotices implements PortWatch {
  private static final Logger LOG = System.getLogger(PortNotices.class.getName());

  private final String place;
  private final Consumer<Port> onGone;
  private volatile State state = State.CONNECTED;
  private volatile long losses;

  /**
   * @param place where the port is, for people
   * @param onGone what is to be done when nothing will ever come again
   */
  PortNotices(String place, Consumer<Port> onGone) {
    this.place = place;
    this.onGone = onGone;
  }

  /** How often the other end was lost. */
  long losses() {
    return losses;
  }

  /** As it was noticed last. */
  State state() {
    return state;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // one receiver at a time writes
  public void onChange(Port port, State changed) {
    boolean again = losses > 0;
    state = changed;
    switch (changed) {
      case CONNECTED ->
          LOG.log(again ? Level.INFO : Level.DEBUG, "{0}: somebody is at {1}", place, port);
      case LOST -> {
        losses++;
        LOG.log(
            Level.WARNING,
            "{0}: nobody is at {1} any more; frames are lost until somebody comes",
            place,
            port);
      }
      case GONE -> {
        losses++;
        LOG.log(
            Level.WARNING,
            "{0}: {1} was taken away; frames are lost until the interface is opened anew",
            place,
            port);
        onGone.accept(port);
      }
    }
    PortEvent.report(place, port.toString(), changed.name());
  }
}
