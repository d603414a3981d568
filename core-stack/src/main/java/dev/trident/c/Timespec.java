package dev.trident.c;

/** {@code struct timespec}: a time in seconds and nanoseconds. */
@SuppressWarnings("MemberName") // the names of C
public final class Timespec {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Whole seconds. */
  public long tv_sec;

  /** Nanoseconds, 0 to 999,999,999. */
  public long tv_nsec;

  /** Time 0. */
  public Timespec() {}

  /** Sets this to {@code nanos} since time 0, which may be before it. */
  public void set(long nanos) {
    tv_sec = Math.floorDiv(nanos, NANOS_PER_SECOND);
    tv_nsec = Math.floorMod(nanos, NANOS_PER_SECOND);
  }

  /** Nanoseconds since time 0. */
  public long nanos() {
    return tv_sec * NANOS_PER_SECOND + tv_nsec;
  }

  @Override
  public String toString() {
    return String.format("%d.%09d", tv_sec, tv_nsec);
  }
}
