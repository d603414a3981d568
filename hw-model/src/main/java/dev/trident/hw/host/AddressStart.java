package dev.trident.hw.host;

/** How the addresses of a new interface come into use. */
public enum AddressStart {
  /** At once and in silence: the wires of a model have no strangers. */
  IMMEDIATE,
  /** At once, and the link is told, so that it forgets a former owner (gratuitous ARP). */
  ANNOUNCED,
  /**
   * Only when the link has been asked whether somebody has them, which takes 4 to 9 seconds (RFC
   * 5227); {@code HostArp.claims} tells how that goes.
   */
  PROBED
}
