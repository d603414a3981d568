package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.endpoint.TcpInfo;
import dev.trident.time.Deadline;
import dev.trident.wire.SequenceNumber;

/**
 * Recent acknowledgment: a segment is lost if one sent later has arrived, and a reordering window
 * has passed since (RFC 8985 section 6). Names are the RFC's.
 */
final class Rack {
  /** Recoveries after which a widened window falls back (section 6.2, step 4). */
  private static final byte RECOVERIES_TO_FORGET = 16;

  /** How long the minimum round-trip time is believed. */
  private static final long MIN_RTT_NANOS_VALID = 300_000_000_000L;

  private static final long NEVER_MEASURED = Long.MAX_VALUE;

  /** Of the latest sent segment that is known to have arrived: when sent, and its end. */
  private long xmitNanos;

  private int endSeq;

  /** Of the segment delivered last, and among those of one acknowledgment of the latest sent. */
  private long rttNanos;

  /** {@link #rttNanos} is of the acknowledgment being processed. */
  private boolean sampled;

  private boolean known;

  private long minRttNanos = NEVER_MEASURED;
  private long minRttStampNanos;

  /** Highest number delivered. */
  private int fack;

  /** Segments overtaken by others, and the furthest by how many; the counts end at 65,535. */
  private char reorderings;

  private char reordering = LossRecovery.DUPLICATE_ACKS;

  /** DSACKs of the peer. */
  private char duplicatesReported;

  private char reoWndMult = 1;
  private byte reoWndPersist;

  /** SND.NXT when a DSACK last widened the window: once in a round trip is enough. */
  private int dsackRound;

  private boolean dsackRoundKnown;

  /** Starts anew for a connection whose first octet is {@code sequence}. */
  void open(int sequence) {
    known = false;
    sampled = false;
    fack = sequence;
    reorderings = 0;
    reordering = LossRecovery.DUPLICATE_ACKS;
    duplicatesReported = 0;
    reoWndMult = 1;
    reoWndPersist = 0;
    dsackRoundKnown = false;
    minRttNanos = NEVER_MEASURED;
  }

  boolean isReorderingSeen() {
    return reorderings > 0;
  }

  /** Step 1: a round-trip time was measured. */
  void onRtt(long sampleNanos, long nowNanos) {
    if (sampleNanos <= minRttNanos || nowNanos - minRttStampNanos > MIN_RTT_NANOS_VALID) {
      minRttNanos = sampleNanos;
      minRttStampNanos = nowNanos;
    }
  }

  /**
   * Steps 2 and 3: a segment has arrived.
   *
   * @param older whether a timestamp proves that this is an earlier copy than the last one sent
   */
  void onDelivered(Packet packet, boolean older, int smss, long nowNanos) {
    int end = packet.sequence + packet.payloadBytes;
    boolean repeated = packet.transmissions > 1;
    if (SequenceNumber.lessThan(fack, end)) {
      fack = end;
    } else if (!repeated && SequenceNumber.lessThan(end, fack)) {
      reorderings = next(reorderings);
      int segments = Math.min((fack - end + smss - 1) / smss, Character.MAX_VALUE);
      reordering = (char) Math.max(reordering, segments);
    }
    long rtt = nowNanos - packet.stampNanos;
    if (repeated && (older || (minRttNanos != NEVER_MEASURED && rtt < minRttNanos))) {
      return;
    }
    rttNanos = sampled ? Math.min(rttNanos, rtt) : rtt;
    sampled = true;
    if (!known || isSentAfter(packet.stampNanos, end, xmitNanos, endSeq)) {
      known = true;
      xmitNanos = packet.stampNanos;
      endSeq = end;
    }
  }

  /** What an acknowledgment says has been told. */
  void onAckDone() {
    sampled = false;
  }

  /** Segments sent at the same time are ordered by their end (section 6.2, step 2). */
  private static boolean isSentAfter(long nanos1, int seq1, long nanos2, int seq2) {
    return nanos1 - nanos2 > 0 || (nanos1 == nanos2 && SequenceNumber.lessThan(seq2, seq1));
  }

  /**
   * Step 4, once for each acknowledgment: a DSACK says that something was sent again in vain, so
   * the window was too narrow.
   *
   * @param recovered whether it ends a recovery, by duplicates or by the timer
   */
  void adaptWindow(boolean dsack, boolean recovered, int sndUna, int sndNxt) {
    if (dsack) {
      duplicatesReported = next(duplicatesReported);
    }
    if (dsack && !(dsackRoundKnown && SequenceNumber.lessThan(sndUna, dsackRound))) {
      dsackRoundKnown = true;
      dsackRound = sndNxt;
      reoWndMult = next(reoWndMult);
      reoWndPersist = RECOVERIES_TO_FORGET;
    } else if (recovered && reoWndPersist > 0 && --reoWndPersist == 0) {
      reoWndMult = 1;
    }
  }

  /** Counts as far as it can: a peer chooses how often. */
  private static char next(char count) {
    return (char) Math.min(count + 1, Character.MAX_VALUE);
  }

  private long windowNanos(boolean urgent, long srttNanos) {
    if (minRttNanos == NEVER_MEASURED || (!isReorderingSeen() && urgent)) {
      return 0;
    }
    return Math.min(minRttNanos / 4 * reoWndMult, Math.max(srttNanos, 0));
  }

  /**
   * Step 5: marks what is lost by now.
   *
   * @param urgent in recovery already, or three segments SACKed
   * @return when to look again, or {@code Deadline.NEVER}
   */
  long detect(Scoreboard board, SendBuffer buffer, boolean urgent, long srttNanos, long nowNanos) {
    if (!known) {
      return Deadline.NEVER;
    }
    long patience = rttNanos + windowNanos(urgent, srttNanos);
    long again = Deadline.NEVER;
    for (Packet packet = buffer.firstSent(); packet != null; packet = buffer.nextSent(packet)) {
      int end = packet.sequence + packet.payloadBytes;
      if (!isSentAfter(xmitNanos, endSeq, packet.stampNanos, end)) {
        if (packet.transmissions == 1) {
          break; // all behind it were sent, or sent again, later still
        }
        continue;
      }
      if (!Scoreboard.isUnderWay(packet)) {
        continue;
      }
      long waitedFor = Deadline.after(packet.stampNanos, patience);
      if (Deadline.isDue(waitedFor, nowNanos)) {
        board.markLost(packet);
      } else {
        // The last of them: one timer for all, as the RFC has it.
        again = again == Deadline.NEVER || waitedFor - again > 0 ? waitedFor : again;
      }
    }
    return again;
  }

  /** After a timeout: the first segment and all that are overdue count as lost (section 6.3). */
  void detectAfterTimeout(Scoreboard board, SendBuffer buffer, long srttNanos, long nowNanos) {
    long patience = known ? rttNanos + windowNanos(false, srttNanos) : 0;
    Packet first = buffer.firstSent();
    for (Packet packet = first; packet != null; packet = buffer.nextSent(packet)) {
      boolean overdue = nowNanos - packet.stampNanos - patience >= 0;
      if (Scoreboard.isUnderWay(packet) && (packet == first || overdue)) {
        board.markLost(packet);
      }
    }
  }

  void info(TcpInfo into) {
    into.minRttNanos = minRttNanos == NEVER_MEASURED ? Statistics.NEVER : minRttNanos;
    into.reorderings = reorderings;
    into.reorderingSegments = reordering;
    into.duplicatesReported = duplicatesReported;
  }
}
