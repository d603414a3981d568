package dev.trident.igmp;

import dev.trident.link.NetInterface;

/** What one socket wants of one group on one interface. */
public final class Membership {
  private final NetInterface net;
  private final int group;
  private final SourceFilter filter;

  Membership(NetInterface net, int group, SourceFilter filter) {
    this.net = net;
    this.group = group;
    this.filter = filter;
  }

  /** Where the group is joined. */
  public NetInterface net() {
    return net;
  }

  public int group() {
    return group;
  }

  /** What is wanted; after a change {@link Memberships#changed} must be told. */
  public SourceFilter filter() {
    return filter;
  }

  /** Whether a datagram to {@code destination} from {@code source} by that interface is wanted. */
  public boolean admits(int interfaceIndex, int destination, int source) {
    return group == destination && net.index() == interfaceIndex && filter.admits(source);
  }
}
