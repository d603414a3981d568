package dev.trident.tcp;

import dev.trident.endpoint.TcpInfo;
import dev.trident.wire.SequenceNumber;

/**
 * How large the receive buffer of a connection is to be (dynamic right-sizing, as Fisk and Feng
 * describe it): twice what the user reads in a round trip, so that a sender in slow start, which
 * doubles what it sends, never waits for our window. A user who does not read gets no more room.
 *
 * <p>The round-trip time is that of a receiver, who sends nothing that is acknowledged: by the echo
 * of timestamps, or else as the time in which the peer sends a whole window.
 *
 * <p>Exists from the first data on, on connections whose buffer may grow.
 */
final class ReceiveSizing {
  private static final long UNMEASURED = -1;

  /** What a user is taken to have read before the first round trip: an initial window. */
  private static final int INITIAL_SEGMENTS = 10;

  /** Room for what comes while the user is about to read. */
  private static final int SPARE_SEGMENTS = 16;

  private final int rmss;

  private long rttNanos = UNMEASURED;

  /** The present measurement by a window: when it began, and RCV.NXT at which it ends. */
  private long windowSinceNanos;

  private int windowEnd;

  /** Since the present round trip began. */
  private long tripSinceNanos;

  private int readBytes;

  /** Read in the round trip before. */
  private int spaceBytes;

  ReceiveSizing(int rmss, int rcvNxt, int rcvWnd, long nowNanos) {
    this.rmss = rmss;
    spaceBytes = INITIAL_SEGMENTS * rmss;
    tripSinceNanos = nowNanos;
    windowSinceNanos = nowNanos;
    windowEnd = rcvNxt + rcvWnd;
  }

  void onRead(int bytes) {
    readBytes += bytes;
  }

  /**
   * Data has come, and RCV.NXT has moved.
   *
   * @param echoedRttNanos what the segment's echo says, or less than 0
   * @return how large the buffer should be at least, or 0 if there is nothing new to say
   */
  int onData(int rcvNxt, int rcvWnd, long echoedRttNanos, long nowNanos) {
    if (echoedRttNanos >= 0) {
      onSample(echoedRttNanos);
    } else if (SequenceNumber.lessOrEqual(windowEnd, rcvNxt)) {
      onSample(nowNanos - windowSinceNanos);
      windowSinceNanos = nowNanos;
      windowEnd = rcvNxt + rcvWnd;
    }
    if (rttNanos == UNMEASURED || nowNanos - tripSinceNanos < rttNanos) {
      return 0;
    }
    int wanted = 0;
    if (readBytes > spaceBytes) {
      long twice = 2L * readBytes + (long) SPARE_SEGMENTS * rmss;
      long grown = twice + twice * (readBytes - spaceBytes) / spaceBytes;
      wanted = (int) Math.min(grown, Integer.MAX_VALUE);
      spaceBytes = readBytes;
    }
    readBytes = 0;
    tripSinceNanos = nowNanos;
    return wanted;
  }

  /** A lower sample is believed at once: what lies above the least is the peer's waiting. */
  private void onSample(long nanos) {
    if (rttNanos == UNMEASURED || nanos < rttNanos) {
      rttNanos = nanos;
    } else {
      rttNanos += (nanos - rttNanos) / 8;
    }
  }

  void info(TcpInfo into) {
    into.receiverRttNanos = rttNanos;
    into.receiveSpaceBytes = spaceBytes;
  }
}
