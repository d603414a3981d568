package dev.trident.hw.port;

/** Told what becomes of the other end of a port. */
@FunctionalInterface
public interface PortWatch {
  /** Told nothing. */
  PortWatch NONE = (port, state) -> {};

  /** What has become of it. */
  enum State {
    /** Somebody is there, for the first time or again. */
    CONNECTED,
    /** Nobody is there at present; the port goes on looking. */
    LOST,
    /** There will never be anything again: the device was removed, for example. */
    GONE
  }

  /** The state has changed, as the receiver has noticed just now; on the thread that receives. */
  void onChange(Port port, State state);
}
