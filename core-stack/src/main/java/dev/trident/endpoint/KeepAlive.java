package dev.trident.endpoint;

/**
 * Whether and how an idle peer is asked if it is still there (RFC 9293 section 3.8.4).
 *
 * @param idleNanos without a word from the peer, and with nothing of ours outstanding, before the
 *     first probe
 * @param intervalNanos between probes that are not answered
 * @param probes that may go unanswered, each of them, before the connection is given up; 1 trusts
 *     the network not to lose it
 * @param garbage whether a probe carries an octet, for peers of old that answer no other (MAY-6)
 */
public record KeepAlive(
    boolean on, long idleNanos, long intervalNanos, int probes, boolean garbage) {
  /** Checks that times and count are 1 or more. */
  public KeepAlive {
    if (idleNanos <= 0 || intervalNanos <= 0 || probes <= 0) {
      throw new IllegalArgumentException(
          "keep-alive after %d ns, %d probes every %d ns: each must be 1 or more"
              .formatted(idleNanos, probes, intervalNanos));
    }
  }

  public KeepAlive withOn(boolean changed) {
    return new KeepAlive(changed, idleNanos, intervalNanos, probes, garbage);
  }

  public KeepAlive withIdleNanos(long changed) {
    return new KeepAlive(on, changed, intervalNanos, probes, garbage);
  }

  public KeepAlive withIntervalNanos(long changed) {
    return new KeepAlive(on, idleNanos, changed, probes, garbage);
  }

  public KeepAlive withProbes(int changed) {
    return new KeepAlive(on, idleNanos, intervalNanos, changed, garbage);
  }

  public KeepAlive withGarbage(boolean changed) {
    return new KeepAlive(on, idleNanos, intervalNanos, probes, changed);
  }
}
