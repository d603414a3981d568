package dev.trident.udp;

import dev.trident.endpoint.GroupOptions;
import dev.trident.endpoint.StackError;
import dev.trident.igmp.Membership;
import dev.trident.igmp.Memberships;
import dev.trident.igmp.SourceFilter;
import dev.trident.ip.Ipv4Layer;
import dev.trident.ip.Path;
import dev.trident.link.NetInterface;
import dev.trident.wire.Ipv4Address;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The groups that one socket has joined by name, and how it sends to groups. */
final class SocketGroups implements GroupOptions {
  private static final int INVALID_ARGUMENT = StackError.INVALID_ARGUMENT.code;
  private static final int NOT_AVAILABLE = StackError.ADDRESS_NOT_AVAILABLE.code;
  private static final int NO_BUFFERS = StackError.NO_BUFFERS.code;

  private final Memberships memberships;
  private final Ipv4Layer ip;
  private final List<Membership> joined = new ArrayList<>(0);
  private int outAddress;
  private int ttl = 1;
  private boolean loop = true;

  /** The path made last with an interface of our choice. */
  private @Nullable Path chosenPath;

  private int chosenSource;

  SocketGroups(Memberships memberships, Ipv4Layer ip) {
    this.memberships = memberships;
    this.ip = ip;
  }

  /** Whether a datagram to {@code group} from {@code source} by that interface is wanted. */
  boolean admit(int interfaceIndex, int group, int source) {
    for (int i = 0; i < joined.size(); i++) {
      if (joined.get(i).admits(interfaceIndex, group, source)) {
        return true;
      }
    }
    return false;
  }

  void leaveAll() {
    while (!joined.isEmpty()) {
      memberships.leave(joined.removeLast());
    }
  }

  // ---- membership -------------------------------------------------------------------------------

  /** Where a group is joined or left; null if the arguments are wrong, for {@link #reject}. */
  private @Nullable NetInterface find(int group, int interfaceAddress) {
    return Ipv4Address.isMulticast(group)
        ? ip.routing().interfaceForGroup(interfaceAddress, group)
        : null;
  }

  private static int reject(int group) {
    return Ipv4Address.isMulticast(group) ? NOT_AVAILABLE : INVALID_ARGUMENT;
  }

  private @Nullable Membership membership(NetInterface net, int group) {
    for (Membership member : joined) {
      if (member.group() == group && member.net().index() == net.index()) {
        return member;
      }
    }
    return null;
  }

  private int enter(NetInterface net, int group, SourceFilter filter) {
    Membership member = memberships.join(net, group, filter);
    if (member == null) {
      return NO_BUFFERS;
    }
    joined.add(member);
    return 0;
  }

  private int exit(Membership member) {
    joined.remove(member);
    memberships.leave(member);
    return 0;
  }

  @Override
  public int join(int group, int interfaceAddress) {
    NetInterface net = find(group, interfaceAddress);
    if (net == null) {
      return reject(group);
    }
    return membership(net, group) != null
        ? StackError.ADDRESS_IN_USE.code
        : enter(net, group, SourceFilter.everySource());
  }

  @Override
  public int leave(int group, int interfaceAddress) {
    NetInterface net = find(group, interfaceAddress);
    if (net == null) {
      return reject(group);
    }
    Membership member = membership(net, group);
    return member == null ? NOT_AVAILABLE : exit(member);
  }

  @Override
  public int block(int group, int interfaceAddress, int source) {
    NetInterface net = find(group, interfaceAddress);
    if (net == null) {
      return reject(group);
    }
    Membership member = membership(net, group);
    if (member == null || !member.filter().isExcluding() || !Ipv4Address.isHostAddress(source)) {
      return INVALID_ARGUMENT;
    }
    return list(member, source);
  }

  @Override
  public int unblock(int group, int interfaceAddress, int source) {
    NetInterface net = find(group, interfaceAddress);
    if (net == null) {
      return reject(group);
    }
    Membership member = membership(net, group);
    if (member == null || !member.filter().isExcluding()) {
      return INVALID_ARGUMENT;
    }
    return unlist(member, source);
  }

  @Override
  public int joinSource(int group, int interfaceAddress, int source) {
    NetInterface net = find(group, interfaceAddress);
    if (net == null) {
      return reject(group);
    }
    if (!Ipv4Address.isHostAddress(source)) {
      return INVALID_ARGUMENT;
    }
    Membership member = membership(net, group);
    if (member == null) {
      return enter(net, group, SourceFilter.only(source));
    }
    return member.filter().isExcluding() ? INVALID_ARGUMENT : list(member, source);
  }

  @Override
  public int leaveSource(int group, int interfaceAddress, int source) {
    NetInterface net = find(group, interfaceAddress);
    if (net == null) {
      return reject(group);
    }
    Membership member = membership(net, group);
    if (member == null) {
      return NOT_AVAILABLE;
    }
    if (member.filter().isExcluding()) {
      return INVALID_ARGUMENT;
    }
    int result = unlist(member, source);
    return result == 0 && member.filter().isNothing() ? exit(member) : result;
  }

  private int list(Membership member, int source) {
    if (member.filter().lists(source)) {
      return NOT_AVAILABLE;
    }
    if (!member.filter().add(source)) {
      return NO_BUFFERS;
    }
    memberships.changed(member);
    return 0;
  }

  private int unlist(Membership member, int source) {
    if (!member.filter().lists(source)) {
      return NOT_AVAILABLE;
    }
    member.filter().remove(source);
    if (!member.filter().isNothing()) {
      memberships.changed(member);
    }
    return 0;
  }

  // ---- sending ----------------------------------------------------------------------------------

  /**
   * The way to {@code group}, or null.
   *
   * @param source the address that the socket is bound to, or 0
   */
  @Nullable Path path(int source, int group) {
    if (outAddress == Ipv4Address.ANY) {
      return ip.route(source, group);
    }
    Path known = chosenPath;
    if (known != null && known.destination() == group && chosenSource == source) {
      return known;
    }
    Path chosen = ip.route(outAddress, group);
    if (chosen != null && Ipv4Address.isLoopback(source) && !chosen.out().isLoopback()) {
      return null;
    }
    if (chosen != null && source != Ipv4Address.ANY) {
      chosen = new Path(chosen.out(), source, group, chosen.nextHop());
    }
    chosenPath = chosen;
    chosenSource = source;
    return chosen;
  }

  @Override
  public int sendBy(int interfaceAddress) {
    if (interfaceAddress != Ipv4Address.ANY
        && ip.routing().interfaceForGroup(interfaceAddress, Ipv4Address.ALL_HOSTS) == null) {
      return NOT_AVAILABLE;
    }
    outAddress = interfaceAddress;
    chosenPath = null;
    return 0;
  }

  @Override
  public int sendsBy() {
    return outAddress;
  }

  @Override
  public void ttl(int newTtl) {
    if (newTtl < 0 || newTtl > 255) {
      throw new IllegalArgumentException("TTL " + newTtl + ": must be 0..255");
    }
    ttl = newTtl;
  }

  @Override
  public int ttl() {
    return ttl;
  }

  @Override
  public void loop(boolean on) {
    loop = on;
  }

  @Override
  public boolean loops() {
    return loop;
  }
}
