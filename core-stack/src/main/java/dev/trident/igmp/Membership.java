package dev.trident.igmp;

import dev.trident.link.NetInterface;

/** What one socket, or another stack of the host, wants of one group on one interface. */
public final class Membership {
  private final NetInterface net;
  private final int group;
  private final SourceFilter filter;
  private final boolean own;

  /**
   * @param own whether a socket of this stack is the member, not another stack of the host
   */
  Membership(NetInterface net, int group, SourceFilter filter, boolean own) {
    this.net = net;
    this.group = group;
    this.filter = filter;
    this.own = own;
  }

  boolean isOwn() {
    return own;
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

  boolean isOfSameGroup(Membership other) {
    return group == other.group && net.index() == other.net.index();
  }

  /** Whether a datagram to {@code destination} from {@code source} by that interface is wanted. */
  public boolean admits(int interfaceIndex, int destination, int source) {
    return group == destination && net.index() == interfaceIndex && filter.admits(source);
  }
}
