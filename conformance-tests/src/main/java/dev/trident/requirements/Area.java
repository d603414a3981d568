package dev.trident.requirements;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;

/**
 * One catalogue: a file {@code requirements/NAME.csv}, with the levels its documents speak in and
 * the kinds of statement found there. A level or kind that is not listed here is a typing error in
 * the catalogue.
 */
public enum Area {
  TCPDIRECT(
      "tcpdirect",
      "TCPDirect",
      ImmutableMap.of(
          "seed", "from the user guide",
          "peer", "as the real library behaves",
          "beyond", "additions of later versions"),
      ImmutableSet.of(
          "rule",
          "error",
          "output",
          "signature",
          "return",
          "limit",
          "attribute",
          "event",
          "app",
          "default",
          "lifecycle",
          "hardware",
          "log",
          "state",
          "permission")),
  XTI(
      "xti",
      "XTI",
      ImmutableMap.of(
          "seed", "from the two manual pages",
          "standard", "from the X/Open standard",
          "provider", "of the TCP, UDP and ISO providers",
          "dialect", "where TLI differs"),
      ImmutableSet.of(
          "rule",
          "error",
          "wire",
          "constant",
          "state",
          "option",
          "dialect",
          "signature",
          "limit",
          "event",
          "return",
          "permission",
          "thread")),
  TRECK(
      "treck",
      "Treck",
      ImmutableMap.of(
          "seed", "from the two manual pages",
          "documented", "from other public documents",
          "decision", "decided here, the documents being silent"),
      ImmutableSet.of(
          "error",
          "rule",
          "ownership",
          "option",
          "return",
          "callback",
          "signature",
          "thread",
          "driver",
          "limit",
          "timer",
          "permission")),
  ENGINE(
      "engine",
      "Engine",
      ImmutableMap.of(
          "MUST", "the standard demands it",
          "SHOULD", "the standard recommends it",
          "MAY", "the standard leaves it open"),
      ImmutableSet.of(
          "state",
          "header",
          "icmp",
          "option",
          "timer",
          "security",
          "congestion",
          "retransmission",
          "window",
          "arp",
          "fragment",
          "igmp",
          "resource",
          "checksum",
          "urgent",
          "udp",
          "error",
          "time",
          "permission"));

  private final String id;
  private final String title;
  private final ImmutableMap<String, String> levels;
  private final ImmutableSet<String> kinds;

  Area(String id, String title, ImmutableMap<String, String> levels, ImmutableSet<String> kinds) {
    this.id = id;
    this.title = title;
    this.levels = levels;
    this.kinds = kinds;
  }

  /** The name of the file without its ending, and the name on the command line. */
  public String id() {
    return id;
  }

  public String title() {
    return title;
  }

  /** How binding rows are, in the catalogue's words, with the meaning; strongest first. */
  public ImmutableMap<String, String> levels() {
    return levels;
  }

  public ImmutableSet<String> kinds() {
    return kinds;
  }

  /** So that {@code --area} takes and lists the names of the files. */
  @Override
  public String toString() {
    return id;
  }
}
