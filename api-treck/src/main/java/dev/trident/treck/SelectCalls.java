package dev.trident.treck;

import dev.trident.hw.host.AwaitResult;
import dev.trident.hw.host.Host;
import dev.trident.time.Deadline;
import org.jspecify.annotations.Nullable;

/** Waiting for several sockets at once. */
@SuppressWarnings("MemberName") // the names of BSD
abstract class SelectCalls extends DataCalls {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final long NANOS_PER_MICROSECOND = 1_000L;
  private static final long NANOS_PER_MILLISECOND = 1_000_000L;
  private static final long MICROSECONDS_PER_SECOND = 1_000_000L;

  /** What a longer timeout is cut to: thirty years. */
  private static final long MAX_SECONDS = 1_000_000_000L;

  private @Nullable SelectWait spareWaits;

  SelectCalls(Host host, int maxSockets) {
    super(host, maxSockets);
  }

  /**
   * Waits until a socket of one of the sets is ready, and leaves only the ready ones in them.
   *
   * <p>A member of the read set is ready when a receive would not block: data, end of stream, a
   * connection to accept, an error; of the write set when there is room to send, or an error; of
   * the except set when an error is pending, or urgent data has been announced and not read.
   *
   * @param nfds highest descriptor plus one; members from there on are left alone
   * @param timeoutPtr null: wait for ever; less than 1 ms: only look
   * @return ready members of all sets, 0 when the time is over; or TM_SOCKET_ERROR, the sets
   *     unchanged, with {@link #lastErrorOfThread} TM_EBADF (a member is not open, or was closed
   *     meanwhile), TM_EINVAL (negative {@code nfds} or timeout), TM_EINTR, or TM_EPERM (before
   *     tfStartTreck)
   */
  public int select(
      int nfds,
      @Nullable FdSet readSocketsPtr,
      @Nullable FdSet writeSocketsPtr,
      @Nullable FdSet exceptSocketsPtr,
      @Nullable Timeval timeoutPtr) {
    stack.enter();
    try {
      if (!started) {
        return failWithoutSocket(TM_EPERM);
      }
      if (nfds < 0 || !isValid(timeoutPtr)) {
        return failWithoutSocket(TM_EINVAL);
      }
      SelectWait wait = takeWait();
      try {
        return select(wait, nfds, readSocketsPtr, writeSocketsPtr, exceptSocketsPtr, timeoutPtr);
      } finally {
        wait.close();
        wait.nextSpare = spareWaits;
        spareWaits = wait;
      }
    } finally {
      stack.exit();
    }
  }

  private int select(
      SelectWait wait,
      int nfds,
      @Nullable FdSet reads,
      @Nullable FdSet writes,
      @Nullable FdSet excepts,
      @Nullable Timeval timeout) {
    if (!wait.open(table, nfds, reads, writes, excepts)) {
      return failWithoutSocket(TM_EBADF);
    }
    long timeoutNanos = nanosOf(timeout);
    if (!wait.holds()) {
      if (timeoutNanos == 0) {
        stack.foundNothing();
      } else if (stack.await(wait, timeoutNanos) == AwaitResult.INTERRUPTED) {
        return failWithoutSocket(TM_EINTR);
      }
      if (wait.lostOne()) {
        return failWithoutSocket(TM_EBADF);
      }
    }
    return wait.publish(reads, writes, excepts);
  }

  private SelectWait takeWait() {
    SelectWait wait = spareWaits;
    if (wait == null) {
      return new SelectWait();
    }
    spareWaits = wait.nextSpare;
    return wait;
  }

  private static boolean isValid(@Nullable Timeval timeout) {
    return timeout == null
        || (timeout.tv_sec >= 0
            && timeout.tv_usec >= 0
            && timeout.tv_usec < MICROSECONDS_PER_SECOND);
  }

  private static long nanosOf(@Nullable Timeval timeout) {
    if (timeout == null) {
      return Deadline.NEVER;
    }
    long nanos =
        Math.min(timeout.tv_sec, MAX_SECONDS) * NANOS_PER_SECOND
            + timeout.tv_usec * NANOS_PER_MICROSECOND;
    return nanos < NANOS_PER_MILLISECOND ? 0 : nanos;
  }

  /** Adds {@code fd} to {@code set}. */
  public static void FD_SET(int fd, FdSet set) {
    FdSet.FD_SET(fd, set);
  }

  /** Removes {@code fd} from {@code set}. */
  public static void FD_CLR(int fd, FdSet set) {
    FdSet.FD_CLR(fd, set);
  }

  /** Whether {@code fd} is in {@code set}. */
  public static boolean FD_ISSET(int fd, FdSet set) {
    return FdSet.FD_ISSET(fd, set);
  }

  /** Empties {@code set}. */
  public static void FD_ZERO(FdSet set) {
    FdSet.FD_ZERO(set);
  }
}
