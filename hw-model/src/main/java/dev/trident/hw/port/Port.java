package dev.trident.hw.port;

import dev.trident.buffer.Slab;

/**
 * A real wire: where the frames of an adapter leave this JVM. Frames are whole Ethernet frames
 * without FCS; checksums in them are complete.
 *
 * <p>Calls never block; a {@link Sleeper} waits for the {@link #descriptor descriptors} of several
 * ports at once. {@link #receive} and what belongs to sleeping are called by one thread at a time,
 * {@link #send} and {@link #flush} by one thread at a time, and a sender may overlap a receiver.
 * {@link #close} comes when no other call is running. What the operating system refuses is reported
 * by the results; an exception is only for what no retry can heal at set-up time.
 *
 * <p>A port whose peer may come back (a process that is started again) does not say {@link #GONE}:
 * it receives nothing, counts what it is given to send as lost, and tries to reconnect in {@link
 * #receive}, not more often than {@link #longestSleepNanos} says.
 */
public interface Port extends AutoCloseable {
  /** {@link #receive}: the wire has gone for good, for example the peer process has ended. */
  int GONE = -1;

  /** {@link #mac}: this port does not care. */
  long ANY_MAC = -1;

  /** {@link #descriptor}: there is none; whoever sleeps must look now and then. */
  int NO_DESCRIPTOR = -1;

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
   * Puts one frame on the wire; the bytes have been read when this returns. It may wait for {@link
   * #flush} to leave.
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
   * Sends what {@link #send} has only put down: called once at the end of each batch of work and of
   * each API call that sent. A port that sends at once has nothing to do here.
   */
  default void flush() {}

  /**
   * What {@code poll(2)} finds readable when {@link #receive} may find a frame or the wire is gone;
   * asked before each sleep, since it changes when a port reconnects.
   *
   * @return a descriptor, or {@link #NO_DESCRIPTOR} if there is none at present
   */
  int descriptor();

  /**
   * The receiver is about to sleep: a peer in shared memory must ring from now on.
   *
   * @return false if there is something to receive at once, so that nobody must sleep
   */
  default boolean prepareToSleep() {
    return true;
  }

  /** The receiver is awake again; called once after each {@link #prepareToSleep}. */
  default void awake() {}

  /**
   * How long a receiver may sleep at most if the {@link #descriptor} does not wake it: until the
   * next try to reconnect, for example.
   */
  default long longestSleepNanos() {
    return Long.MAX_VALUE;
  }

  /**
   * Whether somebody is at the other end, as far as the receiver has noticed; asked by the receiver
   * when it finds nothing. A port that cannot know says yes.
   */
  default boolean isConnected() {
    return true;
  }

  /** What it is called and has counted, in one line for people; nobody receives meanwhile. */
  default String report() {
    return toString();
  }

  /**
   * The process ends without {@link #close}, and other calls may be under way or still come: takes
   * away what would outlive the process, such as files, and nothing that those calls use. Any
   * thread may call, also after {@link #close}.
   */
  default void abandon() {}

  /** Frees the operating system's resources. A second call does nothing. */
  @Override
  void close();
}
