package dev.trident.script.driver;

import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One API, the engine's own or a historic one, on a host in virtual time. Not for two threads. */
public interface ApiDriver extends AutoCloseable {
  /** Virtual time since the host was made. */
  long nowNanos();

  /** Runs everything that is due until {@code nanos}, which is then the present time. */
  void runUntil(long nanos);

  /**
   * Runs until a datagram is waiting in {@link #takeOutbound}, at the latest until {@code
   * limitNanos}; time stays where it then is.
   *
   * @return whether one is waiting
   */
  boolean runUntilOutbound(long limitNanos);

  /**
   * A datagram arrives at the host now: IPv4 header and what it carries, from the buffer's position
   * to its limit.
   *
   * @throws NotExpressibleException if the API has no part in what comes of such a datagram;
   *     nothing has happened
   */
  void inject(ByteBuffer datagram) throws NotExpressibleException;

  /** The oldest datagram that the host has sent to the peer and nobody has taken, or null. */
  @Nullable Sent takeOutbound();

  /**
   * Begins a call at the present time and runs what becomes due at this time. A call on a
   * non-blocking descriptor is done when this returns; at most one blocking call is pending at a
   * time.
   *
   * @throws NotExpressibleException if the API has no way to say this; nothing has happened
   */
  Pending start(Call call) throws NotExpressibleException;

  /** Constants for connections and listeners that are made from now on. */
  void profile(TcpProfile profile);

  /** Connections (and listeners, for LISTEN) in {@code state}. */
  int count(StreamState state);

  /** Forgets all connections in {@code state} without a segment. */
  void drop(StreamState state);

  /**
   * What the engine knows about the connection of a descriptor, whatever the API.
   *
   * @return false if the descriptor has no connection, past or present
   */
  boolean info(int descriptor, TcpInfo into);

  /**
   * Buffers that are neither free nor posted, handles and loans: 0 once all is closed and quiet.
   */
  int leakedBuffers();

  @Override
  void close();

  /** A datagram that left the host, from position 0 to the limit, and when. */
  record Sent(long nanos, ByteBuffer datagram) {}

  /** A call that has begun. */
  interface Pending {
    /** Whether it has returned. */
    boolean isDone();

    /** When it returned; only once done. */
    long endNanos();

    /** What it returned; only once done. */
    Outcome outcome();
  }

  /**
   * What a call returned.
   *
   * @param value a count, a descriptor, 0, or -1
   * @param errno name of the error that goes with -1, as POSIX has it
   * @param out what the call stored, as {@link Call} says
   * @param data bytes received
   */
  record Outcome(long value, @Nullable String errno, List<Long> out, ByteBuffer data) {
    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0).asReadOnlyBuffer();

    public static Outcome of(long value) {
      return new Outcome(value, null, List.of(), NO_DATA);
    }

    public static Outcome error(String errno) {
      return new Outcome(-1, errno, List.of(), NO_DATA);
    }

    public static Outcome of(long value, List<Long> out) {
      return new Outcome(value, null, out, NO_DATA);
    }

    public static Outcome received(ByteBuffer data) {
      return new Outcome(data.remaining(), null, List.of(), data);
    }
  }
}
