package dev.trident.tcpdirect.stack;

import static dev.trident.tcpdirect.ZfErrno.EFAULT;
import static dev.trident.tcpdirect.ZfErrno.EINVAL;

import dev.trident.c.IntRef;
import dev.trident.hw.nic.ClockState;
import dev.trident.tcpdirect.ZfPktReport;
import org.jspecify.annotations.Nullable;

/** The reports that wait for the user of one zocket. When there are too many the oldest goes. */
public final class SendReports {
  /** Reports that wait at most: as many as a send queue has segments. */
  static final int LIMIT = 64;

  private final long[] stamps = new long[LIMIT];
  private final int[] starts = new int[LIMIT];
  private final int[] bytes = new int[LIMIT];
  private final int[] flags = new int[LIMIT];
  private int first;
  private int count;

  /** No reports yet. */
  public SendReports() {}

  public boolean isEmpty() {
    return count == 0;
  }

  /** Adds a report; {@code clock} says what its time is worth. */
  public void add(long stampNanos, ClockState clock, int start, int payloadBytes, int kind) {
    if (count == LIMIT) {
      first = (first + 1) % LIMIT;
      count--;
      flags[first] |= ZfPktReport.ZF_PKT_REPORT_DROPPED;
    }
    int slot = (first + count++) % LIMIT;
    stamps[slot] = stampNanos;
    starts[slot] = start;
    bytes[slot] = payloadBytes;
    flags[slot] = kind | worth(clock);
  }

  private static int worth(ClockState clock) {
    return switch (clock) {
      case UNKNOWN, LOST -> ZfPktReport.ZF_PKT_REPORT_NO_TIMESTAMP;
      case SET -> ZfPktReport.ZF_PKT_REPORT_CLOCK_SET;
      case IN_SYNC -> ZfPktReport.ZF_PKT_REPORT_CLOCK_SET | ZfPktReport.ZF_PKT_REPORT_IN_SYNC;
    };
  }

  /**
   * Moves the oldest reports to the user.
   *
   * @param places in: reports wanted at most; out: reports stored
   * @return 0; -EFAULT for no room where some is promised; -EINVAL for a negative number
   */
  public int take(ZfPktReport @Nullable [] to, IntRef places) {
    int wanted = places.value;
    if (wanted < 0) {
      return -EINVAL;
    }
    if (to == null || wanted > to.length) {
      return -EFAULT;
    }
    int taken = Math.min(wanted, count);
    for (int i = 0; i < taken; i++) {
      ZfPktReport report = to[i];
      report.timestamp.set(stamps[first]);
      report.start = starts[first];
      report.bytes = bytes[first];
      report.flags = flags[first];
      first = (first + 1) % LIMIT;
    }
    count -= taken;
    places.value = taken;
    return 0;
  }
}
