package dev.trident.tcp;

/**
 * Additive increase, multiplicative decrease: RFC 5681 section 3.1 with the counting of RFC 3465.
 */
final class Reno extends CongestionControl {
  /** Bytes acknowledged since the window last grew in congestion avoidance. */
  private int ackedInWindowBytes;

  @Override
  void avoid(int ackedBytes, long srttNanos, long nowNanos) {
    ackedInWindowBytes += ackedBytes;
    if (ackedInWindowBytes >= cwndBytes()) {
      ackedInWindowBytes -= cwndBytes();
      cwndBytes(cwndBytes() + smss());
    }
  }

  @Override
  int decreased(int flightSizeBytes, long nowNanos) {
    ackedInWindowBytes = 0;
    return flightSizeBytes / 2;
  }

  @Override
  void reset() {
    ackedInWindowBytes = 0;
  }

  @Override
  void onLimitedByApplication(long nowNanos) {
    // What has been acknowledged so far still counts.
  }

  @Override
  void onUndo() {
    ackedInWindowBytes = 0;
  }
}
