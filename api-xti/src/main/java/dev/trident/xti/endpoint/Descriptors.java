package dev.trident.xti.endpoint;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of open endpoints: the smallest free one is given out, from 3, as in a UNIX process
 * with its standard files open.
 *
 * <p>A closed endpoint is no longer found, but its number stays taken until the last blocked call
 * on it has left, so that no waiter can wake up to somebody else's endpoint.
 */
public final class Descriptors {
  private static final int FIRST = 3;
  private static final int LIMIT = 65_536;
  private static final int INITIAL = 16;

  private @Nullable TransportEndpoint[] table = new @Nullable TransportEndpoint[INITIAL];

  /** The open endpoint with number {@code fd}, or null. */
  public @Nullable TransportEndpoint find(int fd) {
    if (fd < FIRST || fd >= table.length) {
      return null;
    }
    TransportEndpoint endpoint = table[fd];
    return endpoint == null || endpoint.isClosed() ? null : endpoint;
  }

  /** Gives {@code endpoint} a number: that number, or -1 if all are taken. */
  public int add(TransportEndpoint endpoint) {
    int fd = FIRST;
    while (fd < table.length && table[fd] != null) {
      fd++;
    }
    if (fd == LIMIT) {
      return -1;
    }
    if (fd == table.length) {
      table = Arrays.copyOf(table, 2 * fd);
    }
    table[fd] = endpoint;
    endpoint.number(fd);
    return fd;
  }

  /** Makes the number of a closed endpoint free again. */
  void remove(int fd) {
    table[fd] = null;
  }

  /** Whether an endpoint other than {@code asking} listens, or can, on that address. */
  boolean isListenerBound(TransportEndpoint asking, int address, int port) {
    for (TransportEndpoint endpoint : table) {
      if (endpoint instanceof TcpProviderEndpoint other
          && other != asking
          && other.qlen() > 0
          && other.binding().overlaps(address, port)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a TCP endpoint other than {@code asking} is bound to that address. */
  boolean isStreamBound(TransportEndpoint asking, int address, int port) {
    for (TransportEndpoint endpoint : table) {
      if (endpoint instanceof TcpProviderEndpoint other
          && other != asking
          && other.binding().overlaps(address, port)) {
        return true;
      }
    }
    return false;
  }

  /** Makes idle endpoints without a queue give up the engine's reservation of that address. */
  void yieldReservations(TransportEndpoint asking, int address, int port) {
    for (TransportEndpoint endpoint : table) {
      if (endpoint instanceof TcpProviderEndpoint other
          && other != asking
          && other.binding().overlaps(address, port)) {
        other.binding().yieldReservation();
      }
    }
  }
}
