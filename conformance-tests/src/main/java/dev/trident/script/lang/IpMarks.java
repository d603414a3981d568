package dev.trident.script.lang;

/**
 * What a packet line says about the IP header.
 *
 * @param ecn required or sent code point
 * @param tos whole TOS octet, or {@link #UNSET}
 * @param ttl time to live, or {@link #UNSET}
 */
public record IpMarks(Ecn ecn, int tos, int ttl) {
  /** Not written. */
  public static final int UNSET = -1;

  /** Nothing written. */
  public static final IpMarks NONE = new IpMarks(Ecn.UNSET, UNSET, UNSET);

  /** The ECN field (RFC 3168); {@code EITHER} is outbound only: ECT(0) or ECT(1). */
  public enum Ecn {
    UNSET,
    NOT_ECT,
    ECT0,
    ECT1,
    CE,
    EITHER
  }
}
