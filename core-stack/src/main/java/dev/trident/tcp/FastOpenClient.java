package dev.trident.tcp;

import dev.trident.endpoint.FastOpenRules;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.wire.FastOpenCookie;
import dev.trident.wire.TcpOptions;
import org.jspecify.annotations.Nullable;

/**
 * The active side of fast open (RFC 7413 section 4.2): whether a SYN shows a cookie, asks for one
 * or keeps silent, and what is learned from the answer. The data itself is {@link Sender}'s.
 */
final class FastOpenClient {
  private final TcpLayer layer;
  private final Counters counters;
  private final FastOpenCache cache = new FastOpenCache();

  FastOpenClient(TcpLayer layer, Counters counters) {
    this.layer = layer;
    this.counters = counters;
  }

  private FastOpenRules rules() {
    return layer.profile().fastOpen();
  }

  /** Whether data may go with a SYN between these addresses at present. */
  boolean maySendData(int local, int remote) {
    FastOpenRules rules = rules();
    FastOpenCache.Known known = cache.find(local, remote);
    boolean paused = known != null && known.isPaused(layer.nowNanos());
    return switch (rules.client()) {
      case OFF -> false;
      case WITH_COOKIE -> !paused && hasCookie(rules, known);
      case ALWAYS -> !paused;
    };
  }

  private static boolean hasCookie(FastOpenRules rules, FastOpenCache.@Nullable Known known) {
    return known != null
        && known.cookie.isCookie()
        && (rules.experimental() || !known.cookie.isExperimental());
  }

  /** What the SYN of a new connection says; null for a SYN as ever. */
  @Nullable FastOpen begin(Connection connection) {
    FastOpenRules rules = rules();
    if (rules.client() == FastOpenRules.Client.OFF) {
      return null;
    }
    FastOpenCache.Known known = knownOf(connection);
    if (known.isPaused(layer.nowNanos())) {
      counters.increment(Counter.TCP_FAST_OPENS_PAUSED);
      return null;
    }
    FastOpen fast = new FastOpen(true);
    if (hasCookie(rules, known)) {
      fast.option().copy(known.cookie);
    } else if (rules.client() == FastOpenRules.Client.WITH_COOKIE) {
      fast.option().request(rules.experimental() && known.otherForm);
    }
    return fast;
  }

  private FastOpenCache.Known knownOf(Connection connection) {
    return cache.findOrMake(connection.localAddress(), connection.remoteAddress());
  }

  /**
   * How much data a SYN takes: what the server's MSS and the path allow, less all options there
   * could be, which routers that add some count on. Without a cached MSS it is the least that every
   * host takes (section 4.1.3).
   */
  int roomBytes(Connection connection, int pathMss) {
    return Math.min(knownOf(connection).mss, pathMss) - TcpOptions.MAX_BYTES;
  }

  /** Our SYN is acknowledged, by a SYN,ACK or, when both sides have opened, without SYN. */
  void onSynAcknowledged(Connection connection, FastOpen fast, Segment segment, boolean allTaken) {
    FastOpenCache.Known known = knownOf(connection);
    TcpOptions options = segment.options();
    FastOpenCookie given = options.fastOpen();
    boolean asked = fast.option().bytes() != FastOpenCookie.ABSENT;
    boolean usable = !given.isExperimental() || rules().experimental();
    boolean learned = segment.syn() && asked && given.isCookie() && usable;
    if (segment.syn()) {
      known.mss = options.mss() == TcpOptions.ABSENT ? TcpLayer.DEFAULT_MSS : options.mss();
    }
    if (learned) {
      known.cookie.copy(given);
      known.otherForm = false;
    }
    if (fast.synDataBytes() > 0 && allTaken) {
      counters.increment(Counter.TCP_FAST_OPENS_TAKEN);
      fast.onSynDataAcked();
    }
    if (learned || (fast.synDataBytes() > 0 && allTaken)) {
      known.onSuccess();
    } else if (segment.syn() && (fast.synDataBytes() > 0 || fast.isPlainSynSent())) {
      onFailure(known);
    } else if (segment.syn() && fast.option().isRequest()) {
      known.otherForm = !known.otherForm;
    }
  }

  /** The attempt has come to nothing: perhaps because of option or data. */
  void onAttemptFailed(Connection connection) {
    onFailure(knownOf(connection));
  }

  private void onFailure(FastOpenCache.Known known) {
    FastOpenRules rules = rules();
    counters.increment(Counter.TCP_FAST_OPENS_FAILED);
    known.onFailure(rules.failuresBeforePause(), rules.pauseNanos(), layer.nowNanos());
  }
}
