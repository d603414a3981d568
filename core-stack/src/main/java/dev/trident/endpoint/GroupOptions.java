package dev.trident.endpoint;

/**
 * What a datagram endpoint has to do with groups: those it is a member of, and how it sends to
 * groups (RFC 1112 section 6 and 7, RFC 3678 section 3).
 *
 * <p>Membership is of this endpoint alone and on one interface: a datagram to a group is received
 * only by members, of those bound to its port on the group's address or on any. An interface is
 * named by one of its addresses; 0 is the one that the route to the group leads to, or the first.
 * All calls that name a group answer INVALID_ARGUMENT if it is none, and ADDRESS_NOT_AVAILABLE if
 * there is no such interface. Closing the endpoint leaves all groups.
 */
public interface GroupOptions {
  /**
   * Joins a group, for all sources.
   *
   * @return 0, or ADDRESS_IN_USE (joined already), NO_BUFFERS (too many groups)
   */
  int join(int group, int interfaceAddress);

  /** Leaves a group, however it was joined: 0, or ADDRESS_NOT_AVAILABLE (not joined). */
  int leave(int group, int interfaceAddress);

  /**
   * Receives no more from {@code source}, of a group that was joined for all sources.
   *
   * @return 0, or INVALID_ARGUMENT (joined otherwise or not at all, or no host's address),
   *     ADDRESS_NOT_AVAILABLE (blocked already), NO_BUFFERS (too many sources)
   */
  int block(int group, int interfaceAddress, int source);

  /** Undoes {@link #block}, with its errors; ADDRESS_NOT_AVAILABLE if it is not blocked. */
  int unblock(int group, int interfaceAddress, int source);

  /**
   * Joins a group for one source, or for one source more.
   *
   * @return 0, or INVALID_ARGUMENT (joined for all sources, or no host's address),
   *     ADDRESS_NOT_AVAILABLE (joined for it already), NO_BUFFERS (too many groups or sources)
   */
  int joinSource(int group, int interfaceAddress, int source);

  /**
   * Undoes {@link #joinSource}; with the last source the group is left.
   *
   * @return 0, or INVALID_ARGUMENT (joined for all sources), ADDRESS_NOT_AVAILABLE (not joined for
   *     that source)
   */
  int leaveSource(int group, int interfaceAddress, int source);

  /**
   * Sends to groups by the interface with that address, from then on; 0 lets routes decide.
   *
   * @return 0, or ADDRESS_NOT_AVAILABLE
   */
  int sendBy(int interfaceAddress);

  /** The address that {@link #sendBy} set, or 0. */
  int sendsBy();

  /**
   * TTL of datagrams to groups, 0..255; 1 at first. With 0 they stay on this host.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  void ttl(int ttl);

  int ttl();

  /** Whether members of this stack receive what is sent from here; so at first. */
  void loop(boolean on);

  boolean loops();
}
