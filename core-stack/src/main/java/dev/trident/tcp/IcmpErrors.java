package dev.trident.tcp;

import dev.trident.buffer.Slab;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamState;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.IcmpMessage;
import dev.trident.wire.SequenceNumber;
import dev.trident.wire.TcpHeader;

/**
 * What ICMP errors do to connections (RFC 9293 section 3.9.2.2), after the check of RFC 5927
 * section 4.1: what an error quotes must be in flight. It may end a connection attempt and make
 * segments smaller, but ends nothing that is established.
 */
final class IcmpErrors {
  private final ConnectionTable table;
  private final PathMtuDiscovery pathMtu;
  private final Counters counters;
  private final TcpHeader quoted;

  IcmpErrors(ConnectionTable table, PathMtuDiscovery pathMtu, Slab slab, Counters counters) {
    this.table = table;
    this.pathMtu = pathMtu;
    this.counters = counters;
    quoted = new TcpHeader(slab);
  }

  /**
   * An error quotes a segment from {@code source} to {@code destination}, the first 8 octets of
   * which are at {@code slabOffset}.
   */
  void onError(
      int slabOffset,
      int type,
      int code,
      int source,
      int destination,
      int nextHopMtu,
      long nowNanos) {
    quoted.wrap(slabOffset);
    Connection connection =
        table.find(source, quoted.sourcePort(), destination, quoted.destinationPort());
    if (connection == null) {
      counters.drop(DropReason.ICMP_NO_ENDPOINT);
      return;
    }
    Sender sender = connection.sender();
    int sequence = quoted.sequenceNumber();
    if (!SequenceNumber.lessOrEqual(sender.sndUna(), sequence)
        || !SequenceNumber.lessThan(sequence, sender.sndNxt())) {
      counters.drop(DropReason.ICMP_BAD_QUOTE);
      return;
    }
    if (type == IcmpMessage.UNREACHABLE && code == IcmpMessage.CODE_FRAGMENTATION_NEEDED) {
      pathMtu.onTooBig(connection, nextHopMtu, nowNanos);
      return;
    }
    boolean hard =
        type == IcmpMessage.UNREACHABLE
            && (code == IcmpMessage.CODE_PROTOCOL || code == IcmpMessage.CODE_PORT);
    if (hard && connection.state() == StreamState.SYN_SENT) {
      connection.fail(StackError.CONNECTION_REFUSED);
    } else {
      boolean net = type == IcmpMessage.UNREACHABLE && code == IcmpMessage.CODE_NET;
      connection.onSoftError(net ? StackError.NETWORK_UNREACHABLE : StackError.HOST_UNREACHABLE);
    }
  }

  /** Our own link does not reach the peer of a connection. */
  static void onUnreachable(Connection connection) {
    if (connection.state() == StreamState.SYN_SENT) {
      connection.fail(StackError.HOST_UNREACHABLE);
    } else {
      connection.onSoftError(StackError.HOST_UNREACHABLE);
    }
  }
}
