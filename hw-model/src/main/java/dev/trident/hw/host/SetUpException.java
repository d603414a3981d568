package dev.trident.hw.host;

import dev.trident.hw.port.ffm.LinuxException;
import java.io.IOException;

/**
 * What the environment asks for cannot be. The message is one line for the person at the terminal:
 * what is wrong, where, and what to do about it.
 */
public final class SetUpException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int errno;

  /** Something is written wrongly, or does not fit together. */
  SetUpException(String message) {
    super(message);
    errno = 0;
  }

  /** The operating system has refused. */
  SetUpException(String what, IOException cause) {
    super(what + ": " + cause.getMessage(), cause);
    errno = cause instanceof LinuxException linux ? linux.errno() : 0;
  }

  /** The error number of the system call that failed; 0 if there was none. */
  public int errno() {
    return errno;
  }
}
