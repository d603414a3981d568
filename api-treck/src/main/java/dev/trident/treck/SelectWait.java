package dev.trident.treck;

import dev.trident.hw.host.Condition;
import dev.trident.treck.socket.Socket;
import dev.trident.treck.socket.SocketTable;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sockets that one select waits for. It holds them, so that none of their numbers comes to mean
 * another socket meanwhile. Pooled; touched with the stack to itself.
 */
final class SelectWait implements Condition {
  private static final int READ = 1;
  private static final int WRITE = 1 << 1;
  private static final int EXCEPT = 1 << 2;
  private static final int FIRST_CAPACITY = 16;

  private @Nullable Socket[] sockets = new @Nullable Socket[FIRST_CAPACITY];
  private int[] wanted = new int[FIRST_CAPACITY];
  private int count;
  @Nullable SelectWait nextSpare;

  /** Gathers the members below {@code nfds}: false if one of them is not open. */
  boolean open(
      SocketTable table,
      int nfds,
      @Nullable FdSet reads,
      @Nullable FdSet writes,
      @Nullable FdSet excepts) {
    for (int fd = next(0, reads, writes, excepts);
        fd < nfds;
        fd = next(fd + 1, reads, writes, excepts)) {
      Socket socket = table.find(fd);
      if (socket == null || socket.isClosing()) {
        return false;
      }
      if (count == sockets.length) {
        sockets = Arrays.copyOf(sockets, 2 * count);
        wanted = Arrays.copyOf(wanted, 2 * count);
      }
      socket.hold();
      sockets[count] = socket;
      wanted[count++] =
          (isMember(fd, reads) ? READ : 0)
              | (isMember(fd, writes) ? WRITE : 0)
              | (isMember(fd, excepts) ? EXCEPT : 0);
    }
    return true;
  }

  /** The lowest member of any set from {@code fd} on, or the largest int. */
  private static int next(
      int fd, @Nullable FdSet reads, @Nullable FdSet writes, @Nullable FdSet excepts) {
    return Math.min(next(fd, reads), Math.min(next(fd, writes), next(fd, excepts)));
  }

  private static int next(int fd, @Nullable FdSet set) {
    int member = set == null ? -1 : set.nextMember(fd);
    return member < 0 ? Integer.MAX_VALUE : member;
  }

  private static boolean isMember(int fd, @Nullable FdSet set) {
    return set != null && FdSet.FD_ISSET(fd, set);
  }

  @Override
  public boolean holds() {
    for (int i = 0; i < count; i++) {
      Socket socket = socket(i);
      if (socket.isClosing() || ready(socket, wanted[i]) != 0) {
        return true;
      }
    }
    return false;
  }

  private static int ready(Socket socket, int wanted) {
    return ((wanted & READ) != 0 && socket.isReadable() ? READ : 0)
        | ((wanted & WRITE) != 0 && socket.isWritable() ? WRITE : 0)
        | ((wanted & EXCEPT) != 0 && socket.hasException() ? EXCEPT : 0);
  }

  /** Whether a socket has been closed since {@link #open}. */
  boolean lostOne() {
    for (int i = 0; i < count; i++) {
      if (socket(i).isClosing()) {
        return true;
      }
    }
    return false;
  }

  /** Takes the members that are not ready out of the sets, and counts the others. */
  int publish(@Nullable FdSet reads, @Nullable FdSet writes, @Nullable FdSet excepts) {
    int total = 0;
    for (int i = 0; i < count; i++) {
      int fd = socket(i).descriptor();
      int ready = ready(socket(i), wanted[i]);
      total += Integer.bitCount(ready);
      keep(fd, reads, (ready & READ) != 0);
      keep(fd, writes, (ready & WRITE) != 0);
      keep(fd, excepts, (ready & EXCEPT) != 0);
    }
    return total;
  }

  private static void keep(int fd, @Nullable FdSet set, boolean isReady) {
    if (set != null && !isReady) {
      FdSet.FD_CLR(fd, set);
    }
  }

  /** Lets go of the sockets. */
  void close() {
    for (int i = 0; i < count; i++) {
      socket(i).leave();
      sockets[i] = null;
    }
    count = 0;
  }

  private Socket socket(int i) {
    return Objects.requireNonNull(sockets[i]);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("Treck select waiting for");
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? " " : ", ").append(sockets[i]);
    }
    return text.toString();
  }
}
