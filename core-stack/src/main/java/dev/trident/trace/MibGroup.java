package dev.trident.trace;

import com.google.common.collect.ImmutableSet;

/**
 * The groups of the management information base. A {@link DropReason} belongs to the group that its
 * first word names, which is the layer that dropped the packet.
 */
public enum MibGroup {
  /** RFC 2863, summed over all interfaces of a stack. */
  INTERFACES("ETHERNET", "RESERVED", "DEVICE"),
  /** No MIB has objects for ARP; the group holds its drops. */
  ARP("ARP"),
  /** RFC 4293. Lack of memory counts here: it is what every received datagram may meet. */
  IP("IP", "NO"),
  /** RFC 4293. */
  ICMP("ICMP"),
  /** RFC 5519; the group holds its drops. */
  IGMP("IGMP"),
  /** RFC 4113. */
  UDP("UDP"),
  /** RFC 4022. */
  TCP("TCP");

  private final ImmutableSet<String> words;

  MibGroup(String... words) {
    this.words = ImmutableSet.copyOf(words);
  }

  /**
   * The group of {@code reason}.
   *
   * @throws IllegalArgumentException if its name begins with no layer, as only NONE's may
   */
  public static MibGroup of(DropReason reason) {
    String name = reason.name();
    int end = name.indexOf('_');
    String first = end < 0 ? name : name.substring(0, end);
    for (MibGroup group : values()) {
      if (group.words.contains(first)) {
        return group;
      }
    }
    throw new IllegalArgumentException(reason + " begins with the name of no group");
  }
}
