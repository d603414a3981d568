package dev.trident.treck;

/**
 * {@code ttPingInfo}: how a ping has gone so far. The vendor's field names are not public; these
 * are ours. Times are in milliseconds, rounded down, as Treck's clock ticks are.
 */
@SuppressWarnings("MemberName")
public final class TtPingInfo {
  /** Echo requests sent. */
  public int transmitted;

  /** Echo replies, each request's first. */
  public int received;

  /** Further replies to requests answered before. */
  public int duplicates;

  /** Round-trip time of the latest reply; -1 before the first. */
  public int lastRtt;

  /** The shortest; -1 before the first reply. */
  public int minRtt;

  /** The longest; -1 before the first reply. */
  public int maxRtt;

  /** The mean; -1 before the first reply. */
  public int averageRtt;

  /** ICMP errors about requests. */
  public int icmpErrors;

  /** The {@code TM_E...} code of the latest failure; TM_ENOERROR if there was none since. */
  public int errorCode;
}
