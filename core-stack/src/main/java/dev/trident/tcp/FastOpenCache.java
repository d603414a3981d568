package dev.trident.tcp;

import dev.trident.time.Deadline;
import dev.trident.wire.FastOpenCookie;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client remembers of servers (RFC 7413 section 4.1.3): for each pair of addresses the last
 * cookie, the server's MSS, and how often opening fast has failed. Of bounded size; the server used
 * longest ago is forgotten first.
 */
final class FastOpenCache {
  /** Servers at a time. */
  static final int CAPACITY = 256;

  /** Doubling a pause ends here: 2^10 times the first one. */
  private static final int MAX_DOUBLINGS = 10;

  /** One server as one address of ours sees it. */
  static final class Known {
    /** Absent until the server has given one. */
    final FastOpenCookie cookie = new FastOpenCookie();

    /** The server's MSS option; {@link TcpLayer#DEFAULT_MSS} if it sent none. */
    int mss = TcpLayer.DEFAULT_MSS;

    /** The server has left the option unanswered: the next request has the other form. */
    boolean otherForm;

    private int failures;
    private long pausedUntilNanos = Deadline.NEVER;

    boolean isPaused(long nowNanos) {
      return pausedUntilNanos != Deadline.NEVER && !Deadline.isDue(pausedUntilNanos, nowNanos);
    }

    void onSuccess() {
      failures = 0;
      pausedUntilNanos = Deadline.NEVER;
    }

    /** The server is left alone for a while after a number of failures in a row. */
    void onFailure(int tolerated, long pauseNanos, long nowNanos) {
      failures++;
      if (failures >= tolerated) {
        int doublings = Math.min(failures - tolerated, MAX_DOUBLINGS);
        pausedUntilNanos = Deadline.after(nowNanos, pauseNanos << doublings);
      }
    }
  }

  private final Map<Long, Known> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Known> eldest) {
          return size() > CAPACITY;
        }
      };

  private static long key(int local, int remote) {
    return (long) local << 32 | (remote & 0xffff_ffffL);
  }

  @Nullable Known find(int local, int remote) {
    return entries.get(key(local, remote));
  }

  Known findOrMake(int local, int remote) {
    return entries.computeIfAbsent(key(local, remote), unknown -> new Known());
  }
}
