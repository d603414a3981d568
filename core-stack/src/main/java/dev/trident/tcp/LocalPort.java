package dev.trident.tcp;

import dev.trident.endpoint.PortSpace;
import dev.trident.link.NetworkDevice;
import org.jspecify.annotations.Nullable;

/**
 * A reserved local port with the device filters that lead to it, shared by count: a listener and
 * the connections it accepted hold one, so the port stays taken, and is steered here, until the
 * last of them is CLOSED.
 */
final class LocalPort {
  private record Filter(NetworkDevice device, int id, int hint, @Nullable Filter next) {}

  private final PortSpace space;
  private final int address;
  private final int port;
  private @Nullable Filter filters;
  private int holders = 1;

  /** For a port that is reserved already: the reservation passes to this object. */
  LocalPort(PortSpace space, int address, int port) {
    this.space = space;
    this.address = address;
    this.port = port;
  }

  /** The address reserved on; 0 for all. */
  int address() {
    return address;
  }

  int port() {
    return port;
  }

  /** Directs a flow to this stack; false if the device's filter table is full. */
  boolean steer(
      NetworkDevice device, int localAddress, int remoteAddress, int remotePort, int hint) {
    int id = device.steer(PortSpace.TCP, localAddress, port, remoteAddress, remotePort, hint);
    if (id < 0) {
      return false;
    }
    filters = new Filter(device, id, hint, filters);
    return true;
  }

  /** Undoes every {@link #steer} with that hint, which is one holder's. */
  void unsteer(int hint) {
    Filter kept = null;
    for (Filter filter = filters; filter != null; filter = filter.next()) {
      if (filter.hint() == hint) {
        filter.device().unsteer(filter.id());
      } else {
        kept = new Filter(filter.device(), filter.id(), filter.hint(), kept);
      }
    }
    filters = kept;
  }

  LocalPort retain() {
    holders++;
    return this;
  }

  /** The last holder's release removes the filters and frees the port. */
  void release() {
    if (--holders == 0) {
      for (Filter filter = filters; filter != null; filter = filter.next()) {
        filter.device().unsteer(filter.id());
      }
      filters = null;
      space.release(PortSpace.TCP, address, port);
    }
  }
}
