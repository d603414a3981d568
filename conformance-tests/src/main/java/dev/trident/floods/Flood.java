package dev.trident.floods;

import java.util.Locale;

/** What a host is flooded with. */
enum Flood {
  /** SYNs to a port that somebody listens at, from random sources. */
  SYN,
  /** ARP requests for the host's address by broadcast, from random neighbours. */
  ARP,
  /** First fragments of datagrams that are never completed, from random sources. */
  FRAGMENTS,
  /** Echo requests from one neighbour. */
  ICMP,
  /** Segments of one octet ahead of a gap, in a connection that the flooder has opened properly. */
  TINY;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
