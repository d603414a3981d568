package dev.trident.hw.port;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.trident.hw.port.ffm.LinuxException;
import dev.trident.hw.port.ffm.Sys;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Sleeps until one of several ports has something to receive: one {@code ppoll(2)} over their
 * descriptors and an event by which others wake the sleeper. One thread sleeps; any thread may
 * {@link #wakeUp}. Ports stay their owner's.
 */
public final class Sleeper implements AutoCloseable {
  /** Longest sleep beside a port that cannot wake anybody. */
  private static final long LOOK_NANOS = 1_000_000;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Bytes of an eventfd's count. */
  private static final int COUNT_BYTES = 8;

  private final Sys sys = new Sys();

  /** Guarded by itself, as is {@code closed}. */
  private final Sys wakers = new Sys();

  private final int wakeEvent;
  private final MemorySegment timeout;
  private final MemorySegment drained;
  private final MemorySegment one;

  /** Replaced as a whole, so that a sleeper sees either. */
  private volatile Port[] ports = {};

  /** One {@code struct pollfd} for the event and each port. */
  private MemorySegment polled = MemorySegment.NULL;

  private boolean closed;

  /**
   * Without ports.
   *
   * @throws UncheckedIOException if this process has no descriptor left
   */
  public Sleeper() {
    wakeEvent = sys.eventfd(0, Sys.EFD_NONBLOCK | Sys.EFD_CLOEXEC);
    if (wakeEvent < 0) {
      throw new UncheckedIOException(
          new LinuxException("eventfd", -wakeEvent, "close files or raise ulimit -n"));
    }
    Arena arena = Arena.ofAuto();
    timeout = arena.allocate(Sys.TIMESPEC_BYTES, JAVA_LONG.byteAlignment());
    drained = arena.allocate(JAVA_LONG);
    one = arena.allocateFrom(JAVA_LONG, 1L);
  }

  /** Heeds {@code port}, too, from the next sleep on. */
  public synchronized void add(Port port) {
    Port[] longer = Arrays.copyOf(ports, ports.length + 1);
    longer[ports.length] = port;
    ports = longer;
  }

  /** Heeds {@code port} no more from the next sleep on: it has nothing left to tell. */
  public synchronized void remove(Port port) {
    ports = Arrays.stream(ports).filter(heeded -> !heeded.equals(port)).toArray(Port[]::new);
  }

  /**
   * Sleeps until a port may have something to receive, {@link #wakeUp} was called since the last
   * sleep, a signal came, or time is up. The thread's interrupt flag does not end it.
   *
   * @param nanos at most so long; {@code Long.MAX_VALUE}: no limit
   * @return whether a port may have something to receive
   */
  public boolean sleep(long nanos) {
    Port[] heeded = ports;
    long limit = nanos;
    boolean awake = false;
    int prepared = 0;
    while (prepared < heeded.length && !awake) {
      awake = !heeded[prepared].prepareToSleep();
      prepared++;
    }
    if (!awake) {
      describe(heeded);
      for (Port port : heeded) {
        limit = Math.min(limit, port.longestSleepNanos());
        if (port.descriptor() == Port.NO_DESCRIPTOR) {
          limit = Math.min(limit, LOOK_NANOS);
        }
      }
      awake = poll(heeded.length, limit);
    }
    for (int i = 0; i < prepared; i++) {
      heeded[i].awake();
    }
    return awake;
  }

  private void describe(Port[] heeded) {
    long wanted = (heeded.length + 1L) * Sys.POLLFD_BYTES;
    if (polled.byteSize() != wanted) {
      polled = Arena.ofAuto().allocate(wanted, JAVA_LONG.byteAlignment());
      for (long at = 0; at < wanted; at += Sys.POLLFD_BYTES) {
        polled.set(JAVA_SHORT, at + Sys.POLLFD_EVENTS, Sys.POLLIN);
      }
      polled.set(JAVA_INT, 0, wakeEvent);
    }
    // poll(2) passes over negative descriptors.
    for (int i = 0; i < heeded.length; i++) {
      polled.set(JAVA_INT, (i + 1L) * Sys.POLLFD_BYTES, heeded[i].descriptor());
    }
  }

  private boolean poll(int count, long nanos) {
    MemorySegment limit = MemorySegment.NULL;
    if (nanos != Long.MAX_VALUE) {
      long left = Math.max(0, nanos);
      timeout.set(JAVA_LONG, 0, left / NANOS_PER_SECOND);
      timeout.set(JAVA_LONG, Long.BYTES, left % NANOS_PER_SECOND);
      limit = timeout;
    }
    int ready = sys.ppoll(polled, count + 1, limit);
    if (ready <= 0) {
      return false;
    }
    if (polled.get(JAVA_SHORT, Sys.POLLFD_REVENTS) != 0) {
      sys.read(wakeEvent, drained, 0, COUNT_BYTES);
      ready--;
    }
    // An error event counts as readable: receive then says that the wire is gone.
    return ready > 0;
  }

  /** Ends a {@link #sleep} that is under way, or else the next one at once. */
  public void wakeUp() {
    synchronized (wakers) {
      if (!closed) {
        wakers.write(wakeEvent, one, 0, COUNT_BYTES);
      }
    }
  }

  /** Frees the event; nobody may be asleep. A second call does nothing. */
  @Override
  public void close() {
    synchronized (wakers) {
      if (!closed) {
        closed = true;
        wakers.close(wakeEvent);
      }
    }
  }
}
