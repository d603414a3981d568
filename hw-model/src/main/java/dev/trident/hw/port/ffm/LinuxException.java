package dev.trident.hw.port.ffm;

import java.io.IOException;

/**
 * A system call failed while a port was set up or used. The message is one line for the person at
 * the terminal: what was called, what Linux answered, what to do about it.
 */
public final class LinuxException extends IOException {
  private static final long serialVersionUID = 1;

  private final String call;
  private final int errno;

  /**
   * @param call the call and what it was applied to, such as {@code open /dev/net/tun}
   * @param errno the positive error number
   * @param remedy what to do about it, a phrase without a full stop
   */
  public LinuxException(String call, int errno, String remedy) {
    super(call + ": " + Sys.errorText(errno) + " (" + Errno.nameOf(errno) + "); " + remedy);
    this.call = call;
    this.errno = errno;
  }

  /** The call that failed. */
  public String call() {
    return call;
  }

  /** The error number, one of {@link Errno} or another of the kernel's. */
  public int errno() {
    return errno;
  }
}
