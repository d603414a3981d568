package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.wire.SequenceNumber;

/**
 * Recovery by cumulative acknowledgments: fast retransmit (RFC 5681 section 3.2), limited transmit
 * (RFC 3042) and NewReno's recovery (RFC 6582). After a timeout everything in flight counts as lost
 * and is sent again in order, as the congestion window opens; unless the acknowledgments of what
 * was sent before arrive after all (F-RTO, RFC 5682 section 2).
 */
final class NewRenoRecovery extends CumulativeRecovery {
  /** Segments that limited transmit may send beyond the window (RFC 3042 section 2). */
  private static final int LIMITED_SEGMENTS = 2;

  private int duplicateAcks;
  private boolean inRecovery;

  /** In flight when the first duplicate came: what limited transmit adds does not count. */
  private int flightBeforeDuplicates;

  /** Where F-RTO is: the numbers are the steps of RFC 5682 section 2.1. */
  private enum Step {
    NONE,
    /** The first segment was sent again; the next acknowledgment is awaited (2). */
    RESENT,
    /** New segments may go out instead of old ones; the acknowledgment after that decides (3). */
    NEW_DATA
  }

  private Step step = Step.NONE;

  /** In {@link Step#NEW_DATA}: up to where new segments may be sent. */
  private int newDataEnd;

  /** Windows before the timeout, in case that it was spurious. */
  private int priorCwndBytes;

  private int priorSsthreshBytes;

  NewRenoRecovery(Connection connection, Sender sender) {
    super(connection, sender);
  }

  @Override
  void open(int iss) {
    super.open(iss);
    duplicateAcks = 0;
    inRecovery = false;
    step = Step.NONE;
  }

  @Override
  boolean hasLost() {
    return super.hasLost() && step != Step.NEW_DATA;
  }

  @Override
  boolean steersWindow() {
    return inRecovery;
  }

  @Override
  int roomBytes() {
    if (step == Step.NEW_DATA) {
      return newDataEnd - sender.sndNxt();
    }
    CongestionControl congestion = sender.congestion();
    int limited =
        inRecovery || hasLost() ? 0 : Math.min(duplicateAcks, LIMITED_SEGMENTS) * congestion.smss();
    return congestion.cwndBytes() + limited - sender.flightSizeBytes();
  }

  @Override
  int resendableBytes() {
    return sender.congestion().cwndBytes();
  }

  @Override
  void onNewAck(int ackedBytes, int flightSizeBytes, long nowNanos) {
    CongestionControl congestion = sender.congestion();
    duplicateAcks = 0;
    if (step == Step.NEW_DATA) {
      step = Step.NONE;
      lostFrom(null);
      congestion.undo(priorCwndBytes, priorSsthreshBytes);
      return;
    }
    if (step == Step.RESENT) {
      step = mayAskByNewData() ? Step.NEW_DATA : Step.NONE;
      newDataEnd = sender.sndNxt() + LIMITED_SEGMENTS * congestion.smss();
    }
    int smss = congestion.smss();
    if (!inRecovery) {
      congestion.onAck(ackedBytes, flightSizeBytes, sender.rtt().srttNanos(), nowNanos);
    } else if (SequenceNumber.lessOrEqual(recover, sender.sndUna())) {
      inRecovery = false;
      int flightAndOne = Math.max(sender.flightSizeBytes(), smss) + smss;
      congestion.cwndBytes(Math.min(congestion.ssthreshBytes(), flightAndOne));
    } else {
      int deflated = Math.max(congestion.cwndBytes() - ackedBytes, smss);
      congestion.cwndBytes(deflated + (ackedBytes >= smss ? smss : 0));
      resendFirst(nowNanos);
    }
  }

  /** Something in flight may still arrive, and there is a full segment that the window takes. */
  private boolean mayAskByNewData() {
    Packet unsent = sender.buffer().unsent();
    int smss = sender.smss();
    return super.hasLost()
        && SequenceNumber.lessThan(sender.sndUna(), recover)
        && unsent != null
        && unsent.payloadBytes >= smss
        && sender.sndWnd() - sender.flightSizeBytes() >= smss;
  }

  @Override
  void onDuplicateAck(long nowNanos) {
    if (step != Step.NONE) {
      step = Step.NONE;
      CongestionControl congestion = sender.congestion();
      congestion.cwndBytes(Math.min(congestion.cwndBytes(), 3 * congestion.smss()));
    }
    if (inRecovery) {
      inflate(1);
      return;
    }
    if (hasLost()) {
      return;
    }
    duplicateAcks++;
    if (duplicateAcks == 1) {
      flightBeforeDuplicates = sender.flightSizeBytes();
    }
    if (duplicateAcks == DUPLICATE_ACKS && SequenceNumber.lessOrEqual(recover, sender.sndUna())) {
      inRecovery = true;
      recover = sender.sndNxt();
      CongestionControl congestion = sender.congestion();
      congestion.onCongestion(flightBeforeDuplicates, nowNanos);
      congestion.cwndBytes(congestion.ssthreshBytes());
      sender.onWindowReduced();
      inflate(DUPLICATE_ACKS);
      resendFirst(nowNanos);
    }
  }

  /** Each duplicate says that a segment has left the network (RFC 5681 section 3.2, 3 and 4). */
  private void inflate(int segments) {
    CongestionControl congestion = sender.congestion();
    congestion.cwndBytes(congestion.cwndBytes() + segments * congestion.smss());
  }

  private void resendFirst(long nowNanos) {
    Packet first = sender.buffer().firstSent();
    if (first == null) {
      sender.sendFin(nowNanos);
    } else {
      sender.retransmit(first, nowNanos);
    }
  }

  @Override
  void onTimeout(boolean first, long nowNanos) {
    boolean undisturbed = first && !inRecovery && !super.hasLost();
    step = undisturbed ? Step.RESENT : Step.NONE;
    priorCwndBytes = sender.congestion().cwndBytes();
    priorSsthreshBytes = sender.congestion().ssthreshBytes();
    sender.congestion().onTimeout(sender.flightSizeBytes(), first, nowNanos);
    sender.onWindowReduced();
    inRecovery = false;
    duplicateAcks = 0;
    recover = sender.sndNxt();
    lostFrom(sender.buffer().firstSent());
  }

  @Override
  int duplicateAcks() {
    return duplicateAcks;
  }
}
