package dev.trident.tcp;

import dev.trident.endpoint.FastOpenRules;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.wire.FastOpenCookie;
import org.jspecify.annotations.Nullable;

/**
 * What listeners make of the fast open option (RFC 7413 section 4.2, "Server: Receiving SYN and
 * Responding with SYN-ACK"): gives cookies, and lets in who shows one.
 */
final class FastOpenServer {
  private final TcpLayer layer;
  private final Counters counters;
  private final FastOpenCookies cookies;

  FastOpenServer(TcpLayer layer, Counters counters, long k0, long k1) {
    this.layer = layer;
    this.counters = counters;
    cookies = new FastOpenCookies(k0, k1);
  }

  /**
   * Decides about a SYN that would be kept in any case.
   *
   * @param asked pending connections that the listener's user allows
   * @return null for a handshake as ever
   */
  @Nullable FastOpen onSyn(Segment syn, FastOpenQueue queue, int asked, long nowNanos) {
    FastOpenRules rules = layer.profile().fastOpen();
    int limit = Math.min(asked, rules.maxPending());
    if (limit <= 0 || rules.server() == FastOpenRules.Server.OFF) {
      return null;
    }
    FastOpenCookie shown = syn.options().fastOpen();
    boolean ignored = shown.isExperimental() && !rules.experimental();
    boolean request = shown.isRequest() && !ignored;
    boolean cookie = shown.isCookie() && !ignored;
    boolean trusted = rules.trusting() && (request || cookie || syn.payloadBytes() > 0);
    if (!request && !cookie && !trusted) {
      return null;
    }
    if (request) {
      counters.increment(Counter.TCP_FAST_OPEN_REQUESTS);
    }
    if (queue.used(nowNanos) >= limit) {
      counters.increment(Counter.TCP_FAST_OPEN_OVERFLOWS);
      return null;
    }
    FastOpen fast = new FastOpen(false);
    FastOpenCookies.Worth worth =
        cookie
            ? cookies.examine(rules, syn.source(), syn.destination(), shown)
            : FastOpenCookies.Worth.NONE;
    if (trusted || worth != FastOpenCookies.Worth.NONE) {
      counters.increment(Counter.TCP_FAST_OPENS_ACCEPTED);
      fast.admit(queue, limit);
    } else if (cookie) {
      counters.increment(Counter.TCP_FAST_OPEN_BAD_COOKIES);
    }
    if (!trusted && worth != FastOpenCookies.Worth.GOOD) {
      counters.increment(Counter.TCP_FAST_OPEN_COOKIES_GIVEN);
      cookies.make(rules, syn.source(), syn.destination(), shown.isExperimental(), fast.option());
    }
    return fast;
  }
}
