package dev.trident.igmp;

import dev.trident.link.NetInterface;
import dev.trident.wire.Ipv4Address;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All memberships of one stack. Keeps each interface's list of accepted groups, and reports what
 * the members of a group want together; control path.
 */
public final class Memberships {
  private final List<Membership> members = new ArrayList<>();
  private final List<NetInterface> interfaces;
  private final SourceFilter merged = SourceFilter.merged();
  private @Nullable ReceptionListener listener;

  /**
   * @param interfaces those of the stack, which may grow
   */
  public Memberships(List<NetInterface> interfaces) {
    this.interfaces = interfaces;
  }

  void listener(ReceptionListener receptionListener) {
    listener = receptionListener;
  }

  /** Set-up of a stack behind hardware filters: the host joins for it. */
  public void keeper(GroupKeeper keeper) {
    listener = (net, group, wanted) -> keeper.want(net.name(), group, wanted);
  }

  /**
   * A new member.
   *
   * @param filter becomes the membership's own
   * @return null if the interface listens to too many groups
   */
  public @Nullable Membership join(NetInterface net, int group, SourceFilter filter) {
    return join(net, group, filter, true);
  }

  private @Nullable Membership join(NetInterface net, int group, SourceFilter filter, boolean own) {
    if (!net.groups().add(group)) {
      return null;
    }
    Membership joined = new Membership(net, group, filter, own);
    if (own && countOwn(joined) == 0) {
      net.device().listen(group, true);
    }
    members.add(joined);
    changed(joined);
    return joined;
  }

  /** Ends what {@link #join} began. */
  public void leave(Membership membership) {
    if (!members.remove(membership)) {
      throw new IllegalStateException(
          "group " + Ipv4Address.format(membership.group()) + " was left already");
    }
    if (membership.isOwn() && countOwn(membership) == 0) {
      membership.net().device().listen(membership.group(), false);
    }
    changed(membership);
  }

  /** Members of the same group and interface that are sockets of this stack. */
  private int countOwn(Membership membership) {
    int count = 0;
    for (Membership member : members) {
      count += member.isOwn() && member.isOfSameGroup(membership) ? 1 : 0;
    }
    return count;
  }

  /** The filter of a member has changed, or a member has come or gone. */
  public void changed(Membership membership) {
    NetInterface net = membership.net();
    int group = membership.group();
    merged.clear();
    boolean joined = false;
    for (Membership member : members) {
      if (member.isOfSameGroup(membership)) {
        merged.merge(member.filter());
        joined = true;
      }
    }
    if (!joined) {
      net.groups().remove(group);
    }
    if (listener != null) {
      listener.onReception(net, group, merged);
    }
  }

  /** For another stack of this host, which names interfaces as this one does. */
  public GroupKeeper newKeeper() {
    return new KeptGroups();
  }

  /** What another stack wants: a member of each group. */
  private final class KeptGroups implements GroupKeeper {
    private final List<Membership> kept = new ArrayList<>();

    @Override
    public void want(String interfaceName, int group, SourceFilter wanted) {
      Membership member = find(interfaceName, group);
      if (wanted.isNothing()) {
        if (member != null) {
          kept.remove(member);
          leave(member);
        }
        return;
      }
      if (member != null) {
        member.filter().copyFrom(wanted);
        changed(member);
        return;
      }
      for (NetInterface net : interfaces) {
        if (net.name().equals(interfaceName)) {
          SourceFilter copy = SourceFilter.merged();
          copy.copyFrom(wanted);
          Membership joined = join(net, group, copy, false);
          if (joined != null) {
            kept.add(joined);
          }
        }
      }
    }

    private @Nullable Membership find(String interfaceName, int group) {
      for (Membership member : kept) {
        if (member.group() == group && member.net().name().equals(interfaceName)) {
          return member;
        }
      }
      return null;
    }
  }
}
