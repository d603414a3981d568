package dev.trident.simulation;

import dev.trident.hw.link.LinkCounters;
import java.util.List;
import java.util.Locale;

/**
 * What came of a run.
 *
 * @param nanos virtual time
 * @param packets frames that adapters have sent
 * @param bytes payload that receivers have compared
 * @param slow programs that still got on long after the faults, and were ended
 * @param retransmissions of TCP segments
 * @param faults what the links did
 * @param partitioned frames that a switch kept in their part of it
 * @param hash of the whole history
 * @param complaints what was wrong; empty if nothing was
 */
record Report(
    long nanos,
    long packets,
    long bytes,
    long streams,
    long datagrams,
    int slow,
    long retransmissions,
    LinkCounters faults,
    long partitioned,
    long hash,
    List<String> complaints) {

  boolean isPassed() {
    return complaints.isEmpty();
  }

  Report with(List<String> newComplaints) {
    return new Report(
        nanos,
        packets,
        bytes,
        streams,
        datagrams,
        slow,
        retransmissions,
        faults,
        partitioned,
        hash,
        newComplaints);
  }

  /** Lines for a person, without the complaints. */
  String toText() {
    return String.format(
        Locale.ROOT,
        """
        simulated %.3f s, %,d packets, %,d bytes compared, %,d streams completed, %,d datagrams, \
        %d programs slow
        retransmissions %,d; lost %,d, in bursts %,d, by cuts %,d, at partitions %,d, \
        in full queues %,d; doubled %,d, late %,d, bad FCS %,d, flipped behind the FCS %,d
        history %016x
        """,
        nanos / 1e9,
        packets,
        bytes,
        streams,
        datagrams,
        slow,
        retransmissions,
        faults.lost(),
        faults.lostInBursts(),
        faults.cut(),
        partitioned,
        faults.queueDrops(),
        faults.duplicated(),
        faults.reordered(),
        faults.corrupted(),
        faults.memoryErrors(),
        hash);
  }
}
