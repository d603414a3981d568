package dev.trident.xti.error;

/** {@code t_errno} and {@code errno} of one thread: written by failures, never cleared. */
public final class LastError {
  private int tErrno;
  private int errno;

  /** Remembers {@code failure}; errno changes with TSYSERR only. */
  public void set(int failure) {
    tErrno = Failure.tErrno(failure);
    if (Failure.errno(failure) != 0) {
      errno = Failure.errno(failure);
    }
  }

  /** A failure of {@code fcntl}, which knows no t_errno. */
  public void setErrno(int value) {
    errno = value;
  }

  public int tErrno() {
    return tErrno;
  }

  public int errno() {
    return errno;
  }
}
