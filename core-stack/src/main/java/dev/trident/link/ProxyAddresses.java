package dev.trident.link;

import java.util.ArrayList;
import java.util.List;

/**
 * Addresses that this host answers for in ARP though they are not its own (RFC 1027 does so for a
 * subnet): published by hand, bounded.
 */
final class ProxyAddresses {
  static final int MAX_ADDRESSES = 64;

  private record Published(NetInterface on, int address) {}

  private final List<Published> published = new ArrayList<>();

  /** Publishes an address on a link; false if there are too many. */
  boolean add(NetInterface on, int address) {
    if (contains(on, address)) {
      return true;
    }
    return published.size() < MAX_ADDRESSES && published.add(new Published(on, address));
  }

  /** False if it was not published there. */
  boolean remove(NetInterface on, int address) {
    return published.remove(new Published(on, address));
  }

  boolean contains(NetInterface on, int address) {
    for (int i = 0; i < published.size(); i++) {
      Published one = published.get(i);
      if (one.address == address && one.on == on) {
        return true;
      }
    }
    return false;
  }
}
