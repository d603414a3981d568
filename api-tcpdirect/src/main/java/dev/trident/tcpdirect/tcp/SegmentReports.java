package dev.trident.tcpdirect.tcp;

import dev.trident.c.IntRef;
import dev.trident.hw.nic.ClockState;
import dev.trident.hw.nic.SentFrame;
import dev.trident.tcpdirect.ZfPktReport;
import dev.trident.tcpdirect.stack.SendReports;
import org.jspecify.annotations.Nullable;

/**
 * When the segments of a connection left: those that take sequence numbers. Which bytes of the
 * stream a segment has, and whether it was sent before, follows from its sequence number.
 */
final class SegmentReports {
  private static final int FIN = 0x01;
  private static final int SYN = 0x02;

  private final SendReports reports = new SendReports();

  /** Sequence number of the first byte of the stream; known from the first report on. */
  private int firstByte;

  /** Sequence number behind what was sent so far. */
  private int sentEnd;

  private boolean isKnown;

  /** A segment has left; whether that is reported. */
  boolean onSent(SentFrame segment, ClockState clock) {
    int syn = segment.tcpFlags() & SYN;
    int fin = segment.tcpFlags() & FIN;
    int taken = segment.payloadBytes() + (syn != 0 ? 1 : 0) + (fin != 0 ? 1 : 0);
    if (taken == 0) {
      return false;
    }
    int begin = segment.sequence();
    int end = begin + taken;
    if (!isKnown) {
      firstByte = syn != 0 ? begin + 1 : begin;
      sentEnd = begin;
      isKnown = true;
    }
    int kind = end - sentEnd <= 0 ? ZfPktReport.ZF_PKT_REPORT_TCP_RETRANS : 0;
    if (end - sentEnd > 0) {
      sentEnd = end;
    }
    kind |= syn != 0 ? ZfPktReport.ZF_PKT_REPORT_TCP_SYN : 0;
    kind |= fin != 0 ? ZfPktReport.ZF_PKT_REPORT_TCP_FIN : 0;
    int start = syn != 0 ? 0 : begin - firstByte;
    reports.add(segment.stampNanos(), clock, start, segment.payloadBytes(), kind);
    return true;
  }

  boolean isEmpty() {
    return reports.isEmpty();
  }

  int take(ZfPktReport @Nullable [] to, IntRef count) {
    return reports.take(to, count);
  }
}
