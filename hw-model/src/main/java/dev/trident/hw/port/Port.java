package dev.trident.hw.port;

import dev.trident.buffer.Slab;

/**
 * A real wire: where the frames of an adapter leave this JVM. Frames are whole Ethernet frames
 * without FCS; checksums in them are complete.
 *
 * <p>Calls never block except {@link #waitReadable}. {@link #receive} and {@link #waitReadable} are
 * called by one thread at a time, {@link #send} by one thread at a time, and a sender may overlap a
 * receiver; {@link #wakeUp} may come from any thread. {@link #close} comes when no other call is
 * running. What the operating system refuses is reported by the results; an exception is only for
 * what no retry can heal at set-up time.
 */
public interface Port extends AutoCloseable {
  /** {@link #receive}: the wire has gone for good, for example the peer process has ended. */
  int GONE = -1;

  /** {@link #mac}: this port does not care. */
  long ANY_MAC = -1;

  /**
   * Takes one frame from the wire.
   *
   * @param slab where to write it, from {@code offset} on, at most {@code capacityBytes}
   * @return its length; 0 if there is none; {@link #GONE}. A frame longer than {@code
   *     capacityBytes} is consumed and its true length returned, with what lies in the slab
   *     undefined: the adapter counts it as a drop
   */
  int receive(Slab slab, int offset, int capacityBytes);

  /**
   * Puts one frame on the wire; the bytes have been read when this returns.
   *
   * @return false if the wire takes nothing at present; true if the frame was sent, or was lost in
   *     the way wires lose frames
   */
  boolean send(Slab slab, int offset, int lengthBytes);

  /** The largest IPv4 datagram that this wire carries, Ethernet header not counted. */
  int mtuBytes();

  /**
   * The hardware address that frames must carry here, in the low 48 bits, or {@link #ANY_MAC} to
   * let the adapter choose its own.
   */
  default long mac() {
    return ANY_MAC;
  }

  /**
   * Blocks until a frame can be received, the wire is gone, {@link #wakeUp} was called since the
   * last wait, or time is up.
   *
   * @param timeoutNanos at most so long; {@code Long.MAX_VALUE}: no limit
   * @return whether a frame may be there
   */
  boolean waitReadable(long timeoutNanos);

  /** Ends a {@link #waitReadable} that is under way, or else the next one at once. */
  void wakeUp();

  /** Frees the operating system's resources. A second call does nothing. */
  @Override
  void close();
}
