package dev.trident.hw.link;

/**
 * What became of the frames of a link, both directions together.
 *
 * @param sent frames put in
 * @param delivered frames that came out, duplicates included
 * @param lost by chance
 * @param lostInBursts lost while the link was bad, see {@link BurstLoss}
 * @param cut lost because the link was cut
 * @param queueDrops lost because the queue was full
 * @param duplicated arrived twice
 * @param reordered delayed so that others may overtake
 * @param corrupted dropped by the receiving end, as their FCS was wrong
 * @param memoryErrors came out with bits changed behind the check of the FCS
 * @param marked came out with the mark of congestion
 */
public record LinkCounters(
    long sent,
    long delivered,
    long lost,
    long lostInBursts,
    long cut,
    long queueDrops,
    long duplicated,
    long reordered,
    long corrupted,
    long memoryErrors,
    long marked) {
  /** Of a link that carried nothing. */
  public static final LinkCounters ZERO = new LinkCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** The sums of both. */
  public LinkCounters plus(LinkCounters other) {
    return new LinkCounters(
        sent + other.sent,
        delivered + other.delivered,
        lost + other.lost,
        lostInBursts + other.lostInBursts,
        cut + other.cut,
        queueDrops + other.queueDrops,
        duplicated + other.duplicated,
        reordered + other.reordered,
        corrupted + other.corrupted,
        memoryErrors + other.memoryErrors,
        marked + other.marked);
  }
}
