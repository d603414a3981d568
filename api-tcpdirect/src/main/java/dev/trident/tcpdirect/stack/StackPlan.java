package dev.trident.tcpdirect.stack;

import dev.trident.buffer.PacketPool;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.TcpProfile;
import dev.trident.hw.nic.RingOptions;
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

  private static final int CELLS_PER_ALTERNATIVE = 128;

  /** The largest fragmented datagram takes 33 cells. */
  private static final int RUN_CELLS = 66;

  /** A century: no timer of that length runs out. */
  private static final long NO_LIMIT_NANOS = 100L * 365 * 24 * 3_600 * 1_000_000_000L;

  /** A slab is below 2 GiB. */
  private static final int MAX_CELLS = (1 << 20) - RUN_CELLS - 1;

  /** Nothing is ever lent here, and neighbours are the host's: pools without use. */
  private static final int LOANS = 1;

  private static final int NEIGHBORS = 1;

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

  static RingOptions rings(AttributeSet set) {
    return RingOptions.of(rxRing(set), txRing(set))
        .withRefill(
            set.integer(Attribute.RX_RING_REFILL_BATCH_SIZE),
            set.integer(Attribute.RX_RING_REFILL_INTERVAL));
  }

  /** Packet buffers of the stack; -1 if there cannot be so many. */
  static int cells(AttributeSet set) {
    int wanted = set.integer(Attribute.N_BUFS);
    if (wanted > MAX_CELLS) {
      return -1;
    }
    return wanted != 0
        ? Math.max(wanted, PacketPool.RESERVED_CELLS + 1)
        : CELLS_PER_TCP * set.integer(Attribute.MAX_TCP_ENDPOINTS)
            + CELLS_PER_UDP_RX * set.integer(Attribute.MAX_UDP_RX_ENDPOINTS)
            + CELLS_PER_ALTERNATIVE * set.integer(Attribute.ALT_COUNT)
            + rxRing(set)
            + txRing(set);
  }

  static StackConfig config(AttributeSet set, String name, long seed) {
    return new StackConfig(
        name,
        seed,
        cells(set),
        RUN_CELLS,
        LOANS,
        set.integer(Attribute.MAX_TCP_ENDPOINTS),
        set.integer(Attribute.MAX_TCP_LISTEN_ENDPOINTS),
        set.integer(Attribute.MAX_UDP_RX_ENDPOINTS) + set.integer(Attribute.MAX_UDP_TX_ENDPOINTS),
        NEIGHBORS,
        QUEUED_DATAGRAMS,
        false,
        profile(set));
  }

  private static long ticks(int millis) {
    return millis / TICK_MILLIS * TICK_NANOS;
  }

  private static TcpProfile profile(AttributeSet set) {
    TcpProfile base = TcpProfile.TCPDIRECT;
    TcpProfile.Retransmission rto = base.retransmission();
    TcpProfile.Acknowledgement ack = base.acknowledgement();
    int halfOpen = set.integer(Attribute.MAX_TCP_SYN_BACKLOG);
    return base.withRetransmission(
            new TcpProfile.Retransmission(
                rto.initialRtoNanos(),
                rto.minRtoNanos(),
                rto.maxRtoNanos(),
                set.integer(Attribute.TCP_SYN_RETRIES),
                set.integer(Attribute.TCP_SYNACK_RETRIES),
                set.integer(Attribute.TCP_RETRIES)))
        .withAcknowledgement(
            new TcpProfile.Acknowledgement(
                set.integer(Attribute.TCP_DELAYED_ACK) != 0, ack.delayNanos(), ack.quickAcks()))
        .withClosing(
            new TcpProfile.Closing(
                ticks(set.integer(Attribute.TCP_TIMEWAIT_MS)),
                finWait(set.integer(Attribute.TCP_FINWAIT_MS)),
                base.closing().lingerPercent()))
        .withInitialWindow(
            new TcpProfile.InitialWindow(
                base.initialWindow().segments(), set.integer(Attribute.TCP_INITIAL_CWND)))
        .withHandshake(base.handshake().withMaxHalfOpen(halfOpen, halfOpen));
  }

  /** 0 disables the timer. */
  private static long finWait(int millis) {
    return millis == 0 ? NO_LIMIT_NANOS : ticks(millis);
  }
}
