package dev.trident.xti.error;

import dev.trident.xti.XtiConstants;

/**
 * A failure on its way to the caller, as one negative number: a t_errno, and an errno where that is
 * TSYSERR. It travels where a count from 0 would, and needs no object.
 */
public final class Failure {
  private static final int ERRNO_SHIFT = 8;
  private static final int T_ERRNO_MASK = (1 << ERRNO_SHIFT) - 1;

  private Failure() {}

  /** The failure with t_errno {@code tErrno}, 1..255. */
  public static int of(int tErrno) {
    return -tErrno;
  }

  /** The failure with TSYSERR and {@code errno}. */
  public static int system(int errno) {
    return -(XtiConstants.TSYSERR | errno << ERRNO_SHIFT);
  }

  public static int tErrno(int failure) {
    return -failure & T_ERRNO_MASK;
  }

  /** The errno, 0 unless {@link #tErrno} is TSYSERR. */
  public static int errno(int failure) {
    return -failure >>> ERRNO_SHIFT;
  }
}
