package dev.trident.tcp;

import dev.trident.endpoint.TcpProfile;
import dev.trident.ip.Path;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.SequenceNumber;
import dev.trident.wire.SipHash;
import dev.trident.wire.TcpHeader;
import dev.trident.wire.TcpOptions;

/**
 * SYN cookies (RFC 4987 section 3.6): a SYN is answered without keeping anything of it, and the
 * acknowledgment brings back what is needed to make the connection. The number of our SYN is
 *
 * <pre>
 *    31       27 26    24 23                                 0
 *   |  interval |  MSS   |  keyed hash of all below and left  |
 * </pre>
 *
 * where the hash covers addresses, ports, the peer's initial number, the interval and the MSS.
 * Other options survive only where the peer does timestamps: the low bits of our first value keep
 * them, and come back as its echo. A peer that changes them harms itself alone.
 *
 * <pre>
 *    31                         6   5   4   3                 0
 *   |  milliseconds, rounded down  |ECN|SACK| window scale or 15 |
 * </pre>
 */
final class SynCookies {
  /** A cookie is good in the interval in which it was made, and in the next. */
  private static final int INTERVAL_SHIFT = 36;

  /** 2 intervals, 137 s: longer than any peer waits before its first acknowledgment. */
  static final long MAX_AGE_NANOS = 2L << INTERVAL_SHIFT;

  private static final int HASH_BITS = 24;
  private static final int HASH_MASK = (1 << HASH_BITS) - 1;
  private static final int MSS_BITS = 3;
  private static final int MSS_MASK = (1 << MSS_BITS) - 1;
  private static final int INTERVAL_MASK = 31;

  /**
   * What an MSS is rounded down to: that of RFC 9293 without the option, of the least IPv6 link, of
   * tunnels, of Ethernet with timestamps or IPv6 and without, and of jumbo frames.
   */
  private static final int[] MSS_TABLE = {88, 536, 1_220, 1_360, 1_400, 1_440, 1_460, 8_960};

  private static final int NO_SCALE = 15;
  private static final int SACK_BIT = 16;
  private static final int ECN_BIT = 32;
  private static final int KEPT_MASK = 63;

  private static final long LOW_32 = 0xffff_ffffL;

  private final TcpLayer layer;
  private final long k0;
  private final long k1;

  /** Those of the cookie examined last. */
  private final TcpOptions restored = new TcpOptions();

  /** The two words are the secret; random for each start of a stack. */
  SynCookies(TcpLayer layer, long k0, long k1) {
    this.layer = layer;
    this.k0 = k0;
    this.k1 = k1;
  }

  /**
   * Answers a SYN and forgets it.
   *
   * @param windowBytes what the connection could receive
   */
  void answer(Segment syn, int windowBytes, long nowNanos) {
    Counters counters = layer.counters();
    int self = syn.destination();
    int peer = syn.source();
    Path path = layer.route(self, peer);
    if (path == null) {
      counters.drop(DropReason.IP_NO_ROUTE);
      return;
    }
    int mssIndex = mssIndex(syn.options().mss());
    int interval = interval(nowNanos);
    int cookie =
        (interval & INTERVAL_MASK) << (HASH_BITS + MSS_BITS)
            | mssIndex << HASH_BITS
            | hash(syn, syn.seq(), interval, mssIndex);
    int controlBits = TcpHeader.SYN | TcpHeader.ACK;
    if (canKeepOptions(syn.options()) && agreesOnEcn(syn)) {
      controlBits |= Ecn.AGREEMENT;
    }
    counters.increment(Counter.TCP_COOKIES_SENT);
    layer
        .out()
        .sendSyn(
            path,
            syn.destinationPort() << 16 | syn.sourcePort(),
            cookie,
            syn.seq() + 1,
            controlBits,
            Math.min(windowBytes, Receiver.MAX_WINDOW_FIELD),
            options(syn, path, nowNanos),
            layer.profile().options().order(),
            null);
  }

  private SynOptions options(Segment syn, Path path, long nowNanos) {
    TcpProfile.Options ours = layer.profile().options();
    TcpOptions theirs = syn.options();
    SynOptions options = layer.synOptions().begin(layer.maxSegmentBytes(path));
    if (!canKeepOptions(theirs)) {
      return options;
    }
    int kept = agreesOnEcn(syn) ? ECN_BIT : 0;
    int scale = NO_SCALE;
    if (ours.windowScale() != TcpProfile.NO_WINDOW_SCALE
        && theirs.windowScale() != TcpOptions.ABSENT) {
      scale = theirs.windowScale();
      options.windowShift(ours.windowScale());
    }
    if (ours.selectiveAck() && theirs.sackPermitted()) {
      kept |= SACK_BIT;
      options.sackPermitted();
    }
    int offset =
        layer.timestampOffset(
            syn.destination(), syn.destinationPort(), syn.source(), syn.sourcePort());
    int value = Timestamps.valueAt(layer.sinceStartNanos(nowNanos), offset);
    return options.timestamps(withKept(value, kept | scale), theirs.tsVal());
  }

  /** Whether both sides do timestamps. */
  private boolean canKeepOptions(TcpOptions theirs) {
    return layer.profile().options().timestamps() && theirs.hasTimestamps();
  }

  private boolean agreesOnEcn(Segment syn) {
    return layer.profile().handshake().ecn() != TcpProfile.Ecn.OFF && Ecn.isAgreeable(syn);
  }

  /** The last value not after {@code value} that has these low bits. */
  private static int withKept(int value, int kept) {
    int marked = (value & ~KEPT_MASK) | kept;
    return SequenceNumber.lessThan(value, marked) ? marked - KEPT_MASK - 1 : marked;
  }

  private static int mssIndex(int mss) {
    int index = MSS_TABLE.length - 1;
    int offered = mss == TcpOptions.ABSENT ? TcpLayer.DEFAULT_MSS : mss;
    while (index > 0 && offered < MSS_TABLE[index]) {
      index--;
    }
    return index;
  }

  private static int interval(long nowNanos) {
    return (int) (nowNanos >>> INTERVAL_SHIFT);
  }

  private int hash(Segment segment, int irs, int interval, int mssIndex) {
    long addresses = (long) segment.source() << 32 | (segment.destination() & LOW_32);
    int ports = segment.sourcePort() << 16 | segment.destinationPort();
    long flow = SipHash.hash(k0, k1, addresses, (long) ports << 32 | (irs & LOW_32));
    return (int) SipHash.hash(k0, k1, flow, (long) interval << MSS_BITS | mssIndex) & HASH_MASK;
  }

  /** Whether a segment acknowledges a cookie of ours that is not too old. */
  boolean isValid(Segment ack, long nowNanos) {
    int cookie = ack.ackNumber() - 1;
    int age = interval(nowNanos) - (cookie >>> (HASH_BITS + MSS_BITS)) & INTERVAL_MASK;
    return age <= 1
        && hash(ack, ack.seq() - 1, interval(nowNanos) - age, mssIndexOf(cookie))
            == (cookie & HASH_MASK);
  }

  private static int mssIndexOf(int cookie) {
    return cookie >>> HASH_BITS & MSS_MASK;
  }

  /** Whether the SYN behind a valid cookie offered ECN and our answer agreed. */
  boolean keptEcn(Segment ack) {
    return layer.profile().handshake().ecn() != TcpProfile.Ecn.OFF
        && canKeepOptions(ack.options())
        && (ack.options().tsEcr() & ECN_BIT) != 0;
  }

  /** The options of the SYN behind a valid cookie, until the next call. */
  TcpOptions optionsOf(Segment ack) {
    layer.counters().increment(Counter.TCP_COOKIES_ACCEPTED);
    TcpOptions options = ack.options();
    int mss = MSS_TABLE[mssIndexOf(ack.ackNumber() - 1)];
    if (canKeepOptions(options)) {
      int kept = options.tsEcr() & KEPT_MASK;
      int scale = kept & NO_SCALE;
      restored.restore(mss, scale == NO_SCALE ? TcpOptions.ABSENT : scale, (kept & SACK_BIT) != 0);
      restored.restoreTimestamps(options.tsVal(), options.tsEcr());
    } else {
      restored.restore(mss, TcpOptions.ABSENT, false);
    }
    return restored;
  }
}
