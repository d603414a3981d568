package dev.trident.ip;

import dev.trident.link.Neighbor;
import dev.trident.link.NetInterface;
import org.jspecify.annotations.Nullable;

/**
 * The way from here to one destination: found once when a connection is made, used for each
 * datagram.
 *
 * @param out the interface that frames leave by
 * @param source our address on this path
 * @param destination the peer
 * @param nextHop the destination itself or a gateway; null for broadcast and multicast, and on a
 *     loopback interface
 */
public record Path(NetInterface out, int source, int destination, @Nullable Neighbor nextHop) {
  /** Whether this path leads by way of a gateway of which no failure is known. */
  public boolean isByLiveGateway() {
    return nextHop != null && nextHop.isGateway() && !nextHop.isUnreachable();
  }

  /** Whether this path leads by way of a gateway that did not answer when it was asked last. */
  public boolean isGatewayDead() {
    return nextHop != null && nextHop.isUnreachable();
  }
}
