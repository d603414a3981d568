package dev.trident.udp;

import dev.trident.buffer.Packet;
import dev.trident.ip.Ipv4Layer;
import dev.trident.ip.Path;
import dev.trident.wire.Ipv4Address;

/**
 * Where one socket's datagrams leave: those to groups with the TTL for groups, and a copy of them,
 * and of broadcasts, to the sockets of this stack that want it.
 */
final class UdpOutput {
  private final Ipv4Layer ip;
  private final SocketGroups groups;
  private final GroupLoop loop;

  UdpOutput(Ipv4Layer ip, SocketGroups groups, GroupLoop loop) {
    this.ip = ip;
    this.groups = groups;
    this.loop = loop;
  }

  /** As {@link Ipv4Layer#mtuBytes}. */
  int mtuBytes(Path path) {
    return ip.mtuBytes(path);
  }

  /** As {@link Ipv4Layer#maxMessageBytes}. */
  int maxMessageBytes(Path path, boolean dontFragment) {
    return ip.maxMessageBytes(path, dontFragment);
  }

  /** As {@link Ipv4Layer#send}. */
  int send(Packet segment, Path path, int protocol, int ttl, int tos, boolean dontFragment) {
    if (path.nextHop() != null || path.out().isLoopback()) {
      return ip.send(segment, path, protocol, ttl, tos, dontFragment);
    }
    boolean toGroup = Ipv4Address.isMulticast(path.destination());
    int life = toGroup ? groups.ttl() : ttl;
    boolean loops = !toGroup || groups.loops();
    Packet copy = loops ? loop.copy(segment, path, life, tos) : null;
    int result = life == 0 ? 0 : ip.send(segment, path, protocol, life, tos, dontFragment);
    if (copy != null) {
      if (result == 0) {
        loop.deliver(copy, path);
      } else {
        copy.release();
      }
    }
    return result;
  }
}
