package dev.trident.hw.host;

import dev.trident.endpoint.PortSpace;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The ports of a host, shared by all its stacks, each of which has a {@link #view} of its own.
 * Control path only, under this object's lock; except {@link #belongsToDirectStack}, which the
 * default stack asks for each frame once there is a TCPDirect stack.
 */
final class HostPorts {
  private static final int PORTS = 1 << 16;

  private static final class Reservation {
    final int address;
    final boolean direct;
    final boolean shared;
    final @Nullable Reservation next;

    Reservation(int address, boolean direct, boolean shared, @Nullable Reservation next) {
      this.address = address;
      this.direct = direct;
      this.shared = shared;
      this.next = next;
    }

    boolean overlaps(int other) {
      return address == 0 || other == 0 || address == other;
    }
  }

  private final Map<Integer, Reservation> reservations = new HashMap<>();

  /** A bit per protocol and port that a TCPDirect stack holds; null until there is one. */
  private volatile @Nullable AtomicLongArray directPorts;

  /**
   * The port space as one stack sees it.
   *
   * @param direct whether that is a TCPDirect stack
   */
  PortSpace view(boolean direct) {
    return new View(direct);
  }

  /** Whether a TCPDirect stack has ever reserved a port here. Any thread. */
  boolean hasDirectPorts() {
    return directPorts != null;
  }

  /**
   * Whether a frame for this address and port belongs to a TCPDirect stack, none of whose filters
   * matched: it must be dropped and not be answered. Any thread.
   */
  boolean belongsToDirectStack(int protocol, int address, int port) {
    AtomicLongArray bits = directPorts;
    if (bits == null) {
      return false;
    }
    int index = index(protocol, port);
    return (bits.get(index >>> 6) & (1L << index)) != 0 && isDirect(protocol, address, port);
  }

  private synchronized boolean isDirect(int protocol, int address, int port) {
    for (Reservation r = reservations.get(index(protocol, port)); r != null; r = r.next) {
      if (r.direct && r.overlaps(address)) {
        return true;
      }
    }
    return false;
  }

  private static int index(int protocol, int port) {
    return (protocol == PortSpace.UDP ? PORTS : 0) | port;
  }

  private synchronized boolean reserve(
      int protocol, int address, int port, boolean direct, boolean shared) {
    if (find(protocol, address, port, shared)) {
      return false;
    }
    int index = index(protocol, port);
    reservations.put(index, new Reservation(address, direct, shared, reservations.get(index)));
    mark(index);
    return true;
  }

  /** Whether somebody has the port who does not share it, or whom the asker does not share with. */
  private synchronized boolean find(int protocol, int address, int port, boolean sharing) {
    for (Reservation r = reservations.get(index(protocol, port)); r != null; r = r.next) {
      if (r.overlaps(address) && !(sharing && r.shared)) {
        return true;
      }
    }
    return false;
  }

  /** Reservations of all stacks, for tools. */
  synchronized int count() {
    int count = 0;
    for (Reservation first : reservations.values()) {
      for (Reservation r = first; r != null; r = r.next) {
        count++;
      }
    }
    return count;
  }

  private synchronized void release(int protocol, int address, int port, boolean direct) {
    int index = index(protocol, port);
    Reservation left = null;
    boolean released = false;
    for (Reservation r = reservations.get(index); r != null; r = r.next) {
      if (!released && r.address == address && r.direct == direct) {
        released = true;
      } else {
        left = new Reservation(r.address, r.direct, r.shared, left);
      }
    }
    if (!released) {
      throw new IllegalStateException(
          "release of port " + port + " of protocol " + protocol + ", which is not reserved");
    }
    if (left == null) {
      reservations.remove(index);
    } else {
      reservations.put(index, left);
    }
    mark(index);
  }

  /** Brings the bit of a port up to date. */
  private void mark(int index) {
    boolean direct = false;
    for (Reservation r = reservations.get(index); r != null; r = r.next) {
      direct |= r.direct;
    }
    AtomicLongArray bits = directPorts;
    if (bits == null) {
      if (!direct) {
        return;
      }
      bits = new AtomicLongArray(2 * PORTS / Long.SIZE);
      directPorts = bits;
    }
    long word = bits.get(index >>> 6);
    bits.set(index >>> 6, direct ? word | (1L << index) : word & ~(1L << index));
  }

  private final class View implements PortSpace {
    private final boolean direct;

    View(boolean direct) {
      this.direct = direct;
    }

    @Override
    public boolean reserve(int protocol, int address, int port) {
      return HostPorts.this.reserve(protocol, address, port, direct, false);
    }

    @Override
    public boolean share(int protocol, int address, int port) {
      return HostPorts.this.reserve(protocol, address, port, direct, true);
    }

    @Override
    public void release(int protocol, int address, int port) {
      HostPorts.this.release(protocol, address, port, direct);
    }

    @Override
    public boolean isReserved(int protocol, int address, int port) {
      return find(protocol, address, port, false);
    }
  }
}
