package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.ip.Path;
import dev.trident.ip.PathMtuCache;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.TcpHeader;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Path MTU discovery (RFC 1191, RFC 9293 section 3.7.5): segments follow what is known of the path.
 * They become smaller when a router says so, in a message whose quoted sequence number is in flight
 * (RFC 5927 section 7), or when full segments vanish and nobody says why: a black hole (RFC 2923
 * section 2.1). They become larger again when {@link PathMtuCache} forgets, with the next segment.
 *
 * <p>What is in flight and too big is cut and sent again at once. It was not congestion that lost
 * it, so the window stays (RFC 1191 section 6.4).
 *
 * <p>No router can make segments smaller than a profile's least MTU: they go out without DF then,
 * and are fragmented on the way if they must (RFC 1191 section 3).
 */
final class PathMtuDiscovery {
  /** What every path of these days should carry (RFC 8899 section 5.1.2, BASE_PLPMTU). */
  private static final int BASE_MTU_BYTES = 1_200;

  private static final int HEADER_BYTES = Ipv4Header.BYTES + TcpHeader.BYTES;

  private final TcpLayer layer;
  private final PathMtuCache cache;
  private final Counters counters;

  PathMtuDiscovery(TcpLayer layer, long secret, Counters counters) {
    this.layer = layer;
    this.counters = counters;
    cache = new PathMtuCache(layer.profile().pathMtu().lifetimeNanos(), secret);
  }

  /** The largest segment for {@code path} at present, options not counted. */
  int maxSegmentBytes(Path path, long nowNanos) {
    return mtuBytes(path, nowNanos) - HEADER_BYTES;
  }

  /** The largest datagram that the path is believed to take. */
  int mtuBytes(Path path, long nowNanos) {
    return cache.mtuBytes(path.destination(), linkMtuBytes(path), nowNanos);
  }

  /** Whether segments of {@code mss}, options counted, are as small as they are made. */
  boolean isLeast(int mss) {
    return mss <= leastMtuBytes() - HEADER_BYTES;
  }

  private int leastMtuBytes() {
    return layer.profile().pathMtu().minBytes();
  }

  private int linkMtuBytes(Path path) {
    return layer.maxSegmentBytes(path) + HEADER_BYTES;
  }

  /**
   * A router has dropped a segment that is still in flight, since the next link takes {@code
   * nextHopMtu} bytes only: fewer than it had. That may be known from another connection already,
   * and what this one had in flight then is too big all the same.
   */
  void onTooBig(Connection connection, int nextHopMtu, long nowNanos) {
    boolean news = lower(connection, nextHopMtu, nowNanos);
    FastOpen fast = connection.fastOpen();
    if (connection.sender().isSynUnacknowledged() && fast != null && fast.isActive()) {
      if (news) {
        connection.sender().repeatSyn(nowNanos); // without the data that made it too big
      }
      return;
    }
    cut(connection);
    layer.schedule(connection);
  }

  /** The oldest segment was sent {@code attempts} times and then timed out once more. */
  void onTimeout(Connection connection, int attempts, long nowNanos) {
    int limit = layer.profile().pathMtu().blackHoleTimeouts();
    Packet oldest = connection.sender().buffer().firstSent();
    if (limit == 0
        || attempts < limit
        || oldest == null
        || oldest.payloadBytes < connection.sender().smss()) {
      return;
    }
    int size = oldest.payloadBytes + connection.optionBytes() + HEADER_BYTES;
    boolean last = attempts >= 2 * limit;
    int wanted = last ? leastMtuBytes() : Math.max(BASE_MTU_BYTES, leastMtuBytes());
    if (size > wanted) {
      counters.increment(Counter.TCP_BLACK_HOLES_SUSPECTED);
      lower(connection, wanted, nowNanos);
      cut(connection);
    }
  }

  /** Returns whether the path was believed to take more. */
  private boolean lower(Connection connection, int mtuBytes, long nowNanos) {
    Path path = Objects.requireNonNull(connection.path());
    int bytes = Math.max(mtuBytes, leastMtuBytes());
    if (!cache.lower(path.destination(), bytes, linkMtuBytes(path), nowNanos)) {
      return false;
    }
    counters.increment(Counter.TCP_PATH_MTU_LOWERED);
    for (Connection each : layer.connectionsTo(path.destination())) {
      each.followPath(nowNanos);
    }
    return true;
  }

  /**
   * Cuts what is in flight to the present size, and has it sent again. If memory runs out the rest
   * stays as it is, for the retransmission timer.
   */
  private void cut(Connection connection) {
    Sender sender = connection.sender();
    SendBuffer buffer = sender.buffer();
    LossRecovery recovery = sender.recovery();
    int smss = sender.smss();
    Packet packet = buffer.firstSent();
    while (packet != null) {
      Packet last = packet;
      if (packet.payloadBytes > smss && !Scoreboard.isSacked(packet)) {
        last = cut(packet, smss, buffer, recovery);
        if (last == null) {
          return;
        }
        recovery.onTooBig(last);
      }
      packet = buffer.nextSent(last);
    }
  }

  /** Returns the last of the parts, or null if memory has run out. */
  private @Nullable Packet cut(Packet whole, int smss, SendBuffer buffer, LossRecovery recovery) {
    Packet rest = whole;
    while (rest.payloadBytes > smss) {
      Packet first = buffer.splitSent(rest, smss, layer.pool(), counters);
      if (first == null) {
        return null;
      }
      rest = Objects.requireNonNull(first.next);
      recovery.onSplit(first, rest);
      recovery.onTooBig(first);
    }
    return rest;
  }
}
