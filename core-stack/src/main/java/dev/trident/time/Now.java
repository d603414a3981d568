package dev.trident.time;

/**
 * The time of one stack: what its last receive, poll or set of the time said. Calls on endpoints
 * use it, as nothing in the engine reads a clock.
 */
public final class Now {
  private long nanos;

  public Now(long nanos) {
    this.nanos = nanos;
  }

  public long nanos() {
    return nanos;
  }

  /** Called by the stack as each call comes in. */
  public void nanos(long nowNanos) {
    nanos = nowNanos;
  }
}
