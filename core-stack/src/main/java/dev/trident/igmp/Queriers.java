package dev.trident.igmp;

import dev.trident.wire.IgmpMessage;

/**
 * What the routers of one link have shown of themselves: their version, which ours follows for as
 * long as an older one is present (RFC 3376 section 7.2.1), and their settings.
 */
final class Queriers {
  static final int V1 = 1;
  static final int V2 = 2;
  static final int V3 = 3;

  private static final long SECOND = 1_000_000_000L;
  private static final long V1_PRESENT_NANOS = 400 * SECOND;
  private static final int DEFAULT_ROBUSTNESS = 2;
  private static final int DEFAULT_INTERVAL_SECONDS = 125;

  private boolean v1;
  private long v1UntilNanos;
  private boolean v2;
  private long v2UntilNanos;
  private int robustness = DEFAULT_ROBUSTNESS;
  private int intervalSeconds = DEFAULT_INTERVAL_SECONDS;

  /** The version to speak at present. */
  int version(long nowNanos) {
    if (v1 && v1UntilNanos - nowNanos > 0) {
      return V1;
    }
    v1 = false;
    if (v2 && v2UntilNanos - nowNanos > 0) {
      return V2;
    }
    v2 = false;
    return V3;
  }

  /** How often a change is told, 1..7. */
  int robustness() {
    return robustness;
  }

  /** A query of version 1 was heard. */
  void onV1(long nowNanos) {
    v1 = true;
    v1UntilNanos = nowNanos + V1_PRESENT_NANOS;
  }

  /** A query of version 2 was heard (section 8.12). */
  void onV2(long maxResponseNanos, long nowNanos) {
    v2 = true;
    v2UntilNanos = nowNanos + SECOND * robustness * intervalSeconds + maxResponseNanos;
  }

  /** A query of version 3 was heard, which says how its sender is set (section 4.1.6, 4.1.7). */
  void onV3(IgmpMessage query) {
    robustness = query.robustness() == 0 ? DEFAULT_ROBUSTNESS : query.robustness();
    int seconds = IgmpMessage.decode(query.intervalCode());
    intervalSeconds = seconds == 0 ? DEFAULT_INTERVAL_SECONDS : seconds;
  }
}
