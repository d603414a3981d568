package dev.trident.tcp;

/** Slow start, congestion avoidance and NewReno's recovery (RFC 5681, RFC 6582). */
final class NewReno implements CongestionControl {
  /** Keeps sums of windows inside an int. */
  private static final int MAX_CWND_BYTES = 1 << 30;

  private int smss = 1;
  private int cwndBytes = 1;
  private int ssthreshBytes = MAX_CWND_BYTES;

  /** Bytes acknowledged since the window last grew in congestion avoidance. */
  private int ackedInWindowBytes;

  @Override
  public void onEstablished(int segmentBytes, int initialWindowBytes) {
    smss = segmentBytes;
    cwndBytes = Math.max(initialWindowBytes, segmentBytes);
    ssthreshBytes = MAX_CWND_BYTES;
    ackedInWindowBytes = 0;
  }

  @Override
  public int cwndBytes() {
    return cwndBytes;
  }

  @Override
  public int ssthreshBytes() {
    return ssthreshBytes;
  }

  /**
   * The window grows only while it is what limits the sender (RFC 7661): otherwise a connection
   * that sends little would earn a window that nothing has tested.
   */
  @Override
  public void onAck(int ackedBytes, int flightSizeBytes, long nowNanos) {
    if (cwndBytes < ssthreshBytes) {
      if (cwndBytes < 2 * flightSizeBytes) {
        grow(Math.min(ackedBytes, smss));
      }
      return;
    }
    if (flightSizeBytes + smss <= cwndBytes) {
      return;
    }
    ackedInWindowBytes += ackedBytes;
    if (ackedInWindowBytes >= cwndBytes) {
      ackedInWindowBytes -= cwndBytes;
      grow(smss);
    }
  }

  private void grow(int bytes) {
    cwndBytes = Math.min(cwndBytes + bytes, MAX_CWND_BYTES);
  }

  private void halve(int flightSizeBytes) {
    ssthreshBytes = Math.max(flightSizeBytes / 2, 2 * smss);
    ackedInWindowBytes = 0;
  }

  @Override
  public void onEnterRecovery(int flightSizeBytes, long nowNanos) {
    halve(flightSizeBytes);
    cwndBytes = ssthreshBytes + 3 * smss;
  }

  @Override
  public void onDuplicateAck() {
    grow(smss);
  }

  @Override
  public void onPartialAck(int ackedBytes) {
    cwndBytes = Math.max(cwndBytes - ackedBytes, smss);
    if (ackedBytes >= smss) {
      grow(smss);
    }
  }

  @Override
  public void onExitRecovery(int flightSizeBytes) {
    cwndBytes = Math.min(ssthreshBytes, Math.max(flightSizeBytes, smss) + smss);
  }

  @Override
  public void onTimeout(int flightSizeBytes, boolean first, long nowNanos) {
    if (first) {
      halve(flightSizeBytes);
    }
    cwndBytes = smss;
  }

  @Override
  public void onIdle(int initialWindowBytes) {
    cwndBytes = Math.min(cwndBytes, Math.max(initialWindowBytes, smss));
  }
}
