package dev.trident.hw.port.ffm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * System calls on a file that several processes share: locks on its bytes, and room for all of it.
 * Rules as in {@link Sys}.
 *
 * <p>A lock belongs to the open descriptor ({@code F_OFD_SETLK}), not to the process: it conflicts
 * with one taken by another descriptor of the same process, and the kernel drops it when the
 * descriptor is closed, however its process ends. So a lock that can be taken proves that its last
 * holder is gone; a process number in a file proves nothing.
 */
@SuppressWarnings("restricted")
public final class FileCalls extends SystemCalls {
  private static final int F_OFD_SETLK = 37;
  private static final int F_OFD_SETLKW = 38;
  private static final short F_WRLCK = 1;
  private static final short F_UNLCK = 2;

  /** {@code struct flock}: type, whence (0: from the start), start, length, process (0). */
  private static final int FLOCK_BYTES = 32;

  private static final int FLOCK_START = 8;
  private static final int FLOCK_LENGTH = 16;

  private static final MethodHandle FCNTL =
      bind(
          "fcntl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS),
          CAPTURE,
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle FALLOCATE =
      bind(
          "fallocate",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG),
          CAPTURE);

  private final MemorySegment flock =
      Arena.ofAuto().allocate(FLOCK_BYTES, JAVA_LONG.byteAlignment());

  /** Locks byte {@code at} for this descriptor alone: 0, or -EAGAIN if another one has it. */
  public int tryLock(int fd, long at) {
    return fcntl(fd, F_OFD_SETLK, F_WRLCK, at);
  }

  /** Locks byte {@code at}, waiting for whoever has it: 0 or the negated errno. */
  public int lock(int fd, long at) {
    int result;
    do {
      result = fcntl(fd, F_OFD_SETLKW, F_WRLCK, at);
    } while (result == -Errno.EINTR);
    return result;
  }

  /** Gives byte {@code at} back: 0 or the negated errno. */
  public int unlock(int fd, long at) {
    return fcntl(fd, F_OFD_SETLK, F_UNLCK, at);
  }

  private int fcntl(int fd, int command, short type, long at) {
    flock.set(JAVA_SHORT, 0, type);
    flock.set(JAVA_LONG, FLOCK_START, at);
    flock.set(JAVA_LONG, FLOCK_LENGTH, 1);
    try {
      return answer((int) FCNTL.invokeExact(captured, fd, command, flock));
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }

  /**
   * {@code fallocate(2)}: makes the file at least that long, with room for all of it, so that no
   * later use of mapped memory can find the file system full, which would end the process. Answers
   * 0 or the negated errno.
   */
  public int reserve(int fd, long lengthBytes) {
    try {
      return answer((int) FALLOCATE.invokeExact(captured, fd, 0, 0L, lengthBytes));
    } catch (Throwable e) {
      throw linkageFailure(e);
    }
  }
}
