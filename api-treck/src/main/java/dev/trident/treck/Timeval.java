package dev.trident.treck;

/** {@code struct timeval}: how long select may wait. */
@SuppressWarnings("MemberName") // the names of BSD
public final class Timeval {
  /** Seconds, 0 or more. */
  public long tv_sec;

  /** Microseconds, 0 to 999,999. */
  public long tv_usec;

  public Timeval() {}

  public Timeval(long tv_sec, long tv_usec) {
    this.tv_sec = tv_sec;
    this.tv_usec = tv_usec;
  }
}
