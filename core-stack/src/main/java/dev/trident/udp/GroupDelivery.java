package dev.trident.udp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.Ipv4Address;
import org.jspecify.annotations.Nullable;

/**
 * Delivery of a datagram to a group or a broadcast address: to each socket that is bound to its
 * port and wants it, once (RFC 1112 section 7.2, RFC 3376 section 2). The last gets the datagram
 * itself, the others copies.
 */
final class GroupDelivery {
  private final UdpPortTable table;
  private final PacketPool pool;
  private final Counters counters;

  /** The sockets found for the present datagram. */
  private final @Nullable UdpSocket[] found;

  private int count;

  /** Number of the present datagram, which marks sockets that are found already. */
  private long number;

  GroupDelivery(UdpPortTable table, PacketPool pool, Counters counters, int maxSockets) {
    this.table = table;
    this.pool = pool;
    this.counters = counters;
    found = new UdpSocket[maxSockets];
  }

  /**
   * Looks for the sockets that want a datagram with these addresses and ports.
   *
   * @param in place of the interface that it came by
   * @return whether there is one; {@link #deliver} follows, or another search
   */
  boolean find(int in, int destination, int localPort, int source, int remotePort) {
    number++;
    count = 0;
    collect(table.first(destination, localPort, source, remotePort), in, destination, source);
    collect(table.first(destination, localPort, source, 0), in, destination, source);
    collect(table.first(destination, localPort, 0, 0), in, destination, source);
    collect(table.first(0, localPort, source, remotePort), in, destination, source);
    collect(table.first(0, localPort, 0, 0), in, destination, source);
    return count != 0;
  }

  /**
   * Delivers {@code packet}, whose scratch fields are filled in, to the sockets found; takes over
   * the reference.
   */
  void deliver(Packet packet) {
    while (count > 0) {
      UdpSocket socket = found[--count];
      found[count] = null;
      if (socket != null) {
        deliver(packet, socket, count == 0);
      }
    }
  }

  private void collect(@Nullable UdpBinding first, int in, int destination, int source) {
    for (UdpBinding binding = first; binding != null; binding = binding.nextEqual) {
      if ((!Ipv4Address.isMulticast(destination) || binding.admits(in, destination, source))
          && binding.socket.markFound(number)) {
        found[count++] = binding.socket;
      }
    }
  }

  private void deliver(Packet packet, UdpSocket socket, boolean last) {
    Packet own = last ? packet : ReceivedCopy.of(packet, pool, counters);
    if (own == null) {
      counters.drop(DropReason.NO_MEMORY);
    } else if (socket.queue(own)) {
      counters.increment(Counter.UDP_DELIVERED);
    } else {
      counters.drop(DropReason.UDP_QUEUE_FULL);
      own.release();
    }
  }
}
