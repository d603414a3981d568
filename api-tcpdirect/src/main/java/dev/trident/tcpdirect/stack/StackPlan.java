package dev.trident.tcpdirect.stack;

import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.TcpProfile;
import dev.trident.tcpdirect.attr.Attribute;
import dev.trident.tcpdirect.attr.AttributeSet;

/** What the attributes of a stack mean for the engine: sizes, rings and TCP's constants. */
final class StackPlan {
  /** TCP's timer tick; times in milliseconds are rounded down to it. */
  static final int TICK_MILLIS = 90;

  private static final long TICK_NANOS = TICK_MILLIS * 1_000_000L;
  private static final int QUEUED_DATAGRAMS = 64;
  private static final int CELLS_PER_UDP_RX = QUEUED_DATAGRAMS;

  /** 64 to send, 64 to receive, 64 out of order, and 2. */
  private static final int CELLS_PER_TCP = 194;

  /** The largest fragmented datagram takes 33 cells. */
  private static final int RUN_CELLS = 66;

  private static final int DEFAULT_RX_RING = 512;
  private static final int MIN_TX_RING = 512;

  private StackPlan() {}

  static int rxRing(AttributeSet set) {
    int entries = set.integer(Attribute.RX_RING_MAX);
    return entries == -1 ? DEFAULT_RX_RING : entries;
  }

  /** Rounded up to 512, 1,024 or 2,048. */
  static int txRing(AttributeSet set) {
    int entries = set.integer(Attribute.TX_RING_MAX);
    return entries == 0 ? 0 : Math.max(MIN_TX_RING, Integer.highestOneBit(entries * 2 - 1));
  }

  static StackConfig config(AttributeSet set, String name, long seed) {
    int tcp = set.integer(Attribute.MAX_TCP_ENDPOINTS);
    int udpRx = set.integer(Attribute.MAX_UDP_RX_ENDPOINTS);
    int computed = CELLS_PER_TCP * tcp + CELLS_PER_UDP_RX * udpRx + rxRing(set) + txRing(set);
    int wanted = set.integer(Attribute.N_BUFS);
    return StackConfig.standard(name, seed)
        .withCells(wanted == 0 ? computed : wanted, RUN_CELLS)
        .withEndpoints(
            tcp,
            set.integer(Attribute.MAX_TCP_LISTEN_ENDPOINTS),
            udpRx + set.integer(Attribute.MAX_UDP_TX_ENDPOINTS))
        .withProfile(profile(set));
  }

  private static long ticks(int millis) {
    return millis / TICK_MILLIS * TICK_NANOS;
  }

  private static TcpProfile profile(AttributeSet set) {
    TcpProfile base = TcpProfile.TCPDIRECT;
    return new TcpProfile(
        base.name(),
        base.ttl(),
        base.initialRtoNanos(),
        base.minRtoNanos(),
        base.maxRtoNanos(),
        set.integer(Attribute.TCP_SYN_RETRIES),
        set.integer(Attribute.TCP_SYNACK_RETRIES),
        set.integer(Attribute.TCP_RETRIES),
        base.delayedAckNanos(),
        set.integer(Attribute.TCP_DELAYED_ACK) != 0,
        base.quickAcks(),
        ticks(set.integer(Attribute.TCP_TIMEWAIT_MS)),
        ticks(set.integer(Attribute.TCP_FINWAIT_MS)),
        base.initialCwndSegments(),
        set.integer(Attribute.TCP_INITIAL_CWND),
        base.sendBufferBytes(),
        base.receiveBufferBytes(),
        base.maxReceiveBufferBytes(),
        base.windowScale(),
        base.timestamps(),
        base.selectiveAck(),
        base.nagle(),
        base.firstEphemeralPort(),
        base.lastEphemeralPort());
  }
}
