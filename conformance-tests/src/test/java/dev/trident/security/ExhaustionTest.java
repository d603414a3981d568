package dev.trident.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.c.C;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers that want memory or time, and nothing else. */
class ExhaustionTest {
  private static final int SMALL_SEGMENTS = 10_000;

  /** Blocks that a connection keeps ahead of a gap, however small. */
  private static final int MAX_PIECES = 256;

  private static final byte[] NONE = {};

  private Victim victim = new Victim();

  @AfterEach
  void close() {
    victim.close();
  }

  // ---- SYN floods -------------------------------------------------------------------------------

  private byte[] synFrom(int source, int port) {
    byte[] segment =
        Frames.tcp(source, port, Victim.ADDRESS, 80, port, 0, TcpHeader.SYN, NONE, NONE);
    return Craft.frame(victim, Frames.ipv4(source, Victim.ADDRESS, Craft.TCP, segment));
  }

  /** From a hundred thousand sources behind the gateway; the SYN queue is full soon. */
  @Test
  @Requirement("SEC-SYNFLOOD-01")
  void shouldServeWhoMeansItDuringASynFlood() {
    victim.host.gateway("10.0.0.2");
    StreamListener listener = victim.listenAt(80, 5);
    for (int i = 0; i < 100_000; i++) {
      victim.attacker.send(synFrom(0x0b000000 + i, 1_024 + i % 60_000));
      if (i % 64 == 63) {
        victim.settle();
        victim.attacker.take();
      }
      if (i == 50_000) {
        victim.settle();
        victim.connection(listener, 7).assertAlive();
      }
    }
    victim.settle();
    victim.attacker.take();
    int halfOpen = TcpProfile.STANDARD.handshake().maxHalfOpen();
    assertThat(victim.stack.transport().openConnections(true)).isLessThanOrEqualTo(halfOpen + 1);
    assertThat(victim.cellsHeld()).isZero();
    assertThat(victim.count(Counter.TCP_COOKIES_SENT)).isGreaterThan(90_000);
    victim.connection(listener, 8).assertAlive();
    victim.assertAnswersPing();
  }

  /** What one SYN draws, so that a forged source is not hit harder than by the forger himself. */
  @Test
  @Requirement("SEC-SYNFLOOD-02")
  void shouldRepeatASynAckAFewTimesOnly() {
    victim.listenAt(80, 5);
    victim.send(TcpTarget.frame(victim, TcpTarget.segment(5, 80, 1, 0, TcpHeader.SYN, NONE, NONE)));
    victim.passSeconds(1_000);
    assertThat(victim.attacker.take().size()).isBetween(2, 8);
    assertThat(victim.stack.transport().openConnections(true)).isZero();
    victim.passSeconds(1_000);
    assertThat(victim.attacker.take()).isEmpty();
    victim.assertAnswersPing();
  }

  @Test
  @Requirement("SEC-SYNFLOOD-03")
  void shouldKeepNoMoreConnectionsWaitingThanTheBacklogSays() {
    StreamListener listener = victim.listenAt(80, 3);
    for (int port = 1_024; port < 1_224; port++) {
      victim.attacker.take();
      victim.send(
          TcpTarget.frame(victim, TcpTarget.segment(port, 80, 1, 0, TcpHeader.SYN, NONE, NONE)));
      for (byte[] answer : victim.attacker.take()) {
        int iss = Frames.getInt(Frames.data(Frames.datagram(answer)), 4);
        victim.send(
            TcpTarget.frame(
                victim, TcpTarget.segment(port, 80, 2, iss + 1, TcpHeader.ACK, NONE, NONE)));
      }
    }
    assertThat(listener.acceptable()).isEqualTo(3);
    assertThat(victim.drops(DropReason.TCP_ACCEPT_QUEUE_FULL)).isPositive();
    assertThat(victim.cellsHeld()).isZero();
    victim.assertAnswersPing();
  }

  // ---- small segments ---------------------------------------------------------------------------

  /** One octet in each segment, a gap of one octet between them. */
  private static byte[][] scattered(TcpTarget target) {
    byte[][] frames = new byte[SMALL_SEGMENTS][];
    for (int i = 0; i < frames.length; i++) {
      frames[i] =
          target.frame(
              target.segment(
                  target.seq + 2 + 2 * i, target.ack, TcpHeader.ACK, NONE, Craft.bytes(i)));
    }
    return frames;
  }

  /** The same octets in order. */
  private static byte[][] inOrder(TcpTarget target) {
    byte[][] frames = new byte[SMALL_SEGMENTS][];
    for (int i = 0; i < frames.length; i++) {
      frames[i] =
          target.frame(
              target.segment(target.seq + i, target.ack, TcpHeader.ACK, NONE, Craft.bytes(i)));
    }
    return frames;
  }

  @Test
  @Requirement({"SEC-SEGMENTSMACK-01", "SEC-SEGMENTSMACK-03"})
  void shouldKeepLittleOfManyPiecesAheadOfAGap() {
    TcpTarget target = victim.connections(1).getFirst();
    int window = window(target);
    for (byte[] frame : scattered(target)) {
      victim.send(frame);
      assertThat(victim.cellsHeld()).isLessThanOrEqualTo(MAX_PIECES);
    }
    for (int i = 0; i < 100; i++) {
      byte[] beyond =
          target.segment(target.seq + window + i, target.ack, TcpHeader.ACK, NONE, new byte[9]);
      victim.attack(target.frame(beyond)).isDropped(DropReason.TCP_OUT_OF_WINDOW);
    }
    assertThat(target.stream.receivableBytes()).isZero();
    target.abort();
    assertThat(victim.cellsHeld()).isZero();
    victim.assertAnswersPing();
  }

  private int window(TcpTarget target) {
    TcpInfo info = new TcpInfo();
    victim.run(() -> target.stream.info(info));
    return info.rcvWnd;
  }

  /** In order, they are joined in the receive queue, which a reader that sleeps does not empty. */
  @Test
  @Requirement("SEC-SEGMENTSMACK-03")
  void shouldJoinSmallSegmentsThatNobodyReads() {
    TcpTarget target = victim.connections(1).getFirst();
    for (byte[] frame : inOrder(target)) {
      victim.attacker.send(frame);
      victim.settle();
    }
    assertThat(target.stream.receivableBytes()).isEqualTo(SMALL_SEGMENTS);
    assertThat(victim.cellsHeld()).isLessThan(300);
    target.abort();
    assertThat(victim.cellsHeld()).isZero();
  }

  /** Processor time, of the best of some rounds, against the same octets in order. */
  @Test
  @Requirement("SEC-SEGMENTSMACK-02")
  void shouldSpendLittleMoreTimeOnPiecesThanOnOctetsInOrder() {
    long good = Long.MAX_VALUE;
    long bad = Long.MAX_VALUE;
    StreamListener listener = victim.listenAt(80, 5);
    for (int round = 0; round < 4; round++) {
      TcpTarget first = victim.connection(listener, 100 + round);
      good = Math.min(good, cpuNanos(inOrder(first)));
      assertThat(first.stream.receivableBytes()).isEqualTo(SMALL_SEGMENTS);
      first.abort();
      TcpTarget second = victim.connection(listener, 200 + round);
      bad = Math.min(bad, cpuNanos(scattered(second)));
      assertThat(second.stream.receivableBytes()).isZero();
      second.abort();
    }
    assertThat(bad).as("in order: %d ns", good).isLessThan(20 * good);
  }

  private long cpuNanos(byte[][] frames) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    for (byte[] frame : frames) {
      victim.attacker.send(frame);
      victim.settle();
    }
    long spent = threads.getCurrentThreadCpuTime() - before;
    victim.attacker.take();
    return spent;
  }

  // ---- SACK panic -------------------------------------------------------------------------------

  private static final byte[] SMALL_MSS_AND_SACK = Craft.bytes(2, 4, 0, 48, 4, 2, 1, 1);

  @Test
  @Requirement("SEC-SACKPANIC-02")
  void shouldNotSendSmallerSegmentsThanAFloor() {
    StreamListener listener = victim.listenAt(80, 300);
    for (int mss = 0; mss < 256; mss += 5) {
      TcpTarget target =
          TcpTarget.accepted(victim, listener, 1_024 + mss, Craft.bytes(2, 4, 0, mss));
      victim.call(() -> target.stream.send(C.malloc(1_000), 0, 1_000, 0));
      byte[] sent = Frames.data(Frames.datagram(victim.attacker.take().getFirst()));
      assertThat(TcpTarget.payload(sent).length)
          .as("for an MSS of %d", mss)
          .isEqualTo(Math.max(mss, 88));
      target.abort();
    }
    victim.assertAnswersPing();
    assertThat(victim.cellsHeld()).isZero();
  }

  /** The whole send buffer in smallest segments, and every second one acknowledged on its own. */
  @Test
  @Requirement({"SEC-SACKPANIC-01", "SEC-SACKPANIC-03"})
  void shouldCountHolesWithoutEndWithinItsBounds() {
    TcpTarget target = TcpTarget.accepted(victim, victim.listenAt(80, 1), 5, SMALL_MSS_AND_SACK);
    victim.run(() -> target.stream.sendBufferBytes(60_000));
    victim.call(() -> target.stream.send(C.malloc(60_000), 0, 60_000, 0));
    final int mss = target.stream.mss();
    TcpInfo info = new TcpInfo();
    int held = victim.cellsHeld();
    for (int round = 0; round < 3_000; round++) {
      ByteBuffer options = ByteBuffer.allocate(40).put(Craft.bytes(1, 1, 5, 34));
      for (int block = 0; block < 4; block++) {
        int left = target.ack + mss * (1 + 2 * ((4 * round + block) % 300));
        options.putInt(left).putInt(left + mss);
      }
      options.putInt(0x01010101);
      victim.send(
          target.frame(
              target.segment(target.seq, target.ack, TcpHeader.ACK, options.array(), NONE)));
      victim.attacker.take();
      victim.run(() -> target.stream.info(info));
      assertThat(info.pipeBytes).isBetween(0, info.flightSizeBytes);
      assertThat(info.sackedSegments).isBetween(0, 60_000 / mss + 1);
      assertThat(info.lostSegments).isBetween(0, 60_000 / mss + 1);
      assertThat(victim.cellsHeld())
          .as("marks lie in the segments")
          .isLessThanOrEqualTo(held + 700);
      if (round % 100 == 0) {
        victim.passNanos(Victim.SECOND / 10);
      }
    }
    victim.assertAnswersPing();
    target.abort();
    assertThat(victim.cellsHeld()).isZero();
  }

  // ---- peers that wait --------------------------------------------------------------------------

  @Test
  @Requirement("SEC-RESOURCE-01")
  void shouldEndAtTheLimitOfTheProgramWhenThePeerKeepsItsWindowShut() {
    TcpTarget target = victim.connections(1).getFirst();
    victim.run(() -> target.stream.userTimeoutNanos(30 * Victim.SECOND));
    byte[] shut = target.segment(target.seq, target.ack, TcpHeader.ACK, NONE, NONE);
    byte[] shutFrame = target.frame(Craft.tcpSummed(Craft.with16(shut, 14, 0)));
    victim.send(shutFrame);
    victim.call(() -> target.stream.send(C.malloc(100), 0, 100, 0));
    for (int second = 0; second < 60; second++) {
      victim.passSeconds(1);
      victim.send(shutFrame); // every probe is answered
      victim.attacker.take();
    }
    assertThat(target.stream.state()).isEqualTo(StreamState.CLOSED);
    assertThat(target.stream.pendingError()).isEqualTo(StackError.TIMED_OUT.code);
    assertThat(victim.cellsHeld()).isZero();
    victim.assertAnswersPing();
  }

  /** A small host: what lingers is bounded by a share of its connections. */
  private void smallHost() {
    victim.close();
    victim = new Victim(StackConfig.standard("victim", 1).withEndpoints(40, 4, 4));
  }

  @Test
  @Requirement("SEC-RESOURCE-02")
  void shouldBoundTheConnectionsThatOnlyTheirPeersKeep() {
    smallHost();
    StreamListener listener = victim.listenAt(80, 5);
    for (int port = 1_024; port < 1_324; port++) {
      TcpTarget target = victim.connection(listener, port);
      victim.call(() -> target.stream.send(C.malloc(100), 0, 100, 0));
      victim.run(target.stream::close); // FIN; the peer never acknowledges anything again
      victim.attacker.take();
      assertThat(victim.stack.transport().openConnections(true)).isLessThan(40);
    }
    assertThat(victim.count(Counter.TCP_ORPHANS_REFUSED)).isPositive();
    victim.passSeconds(4_000);
    assertThat(victim.stack.transport().openConnections(true)).as("bounded in time").isZero();
    assertThat(victim.cellsHeld()).isZero();
    victim.attacker.take();
    victim.connection(listener, 9).assertAlive();
  }

  @Test
  @Requirement("SEC-RESOURCE-03")
  void shouldBoundTheConnectionsInTimeWait() {
    smallHost();
    StreamListener listener = victim.listenAt(80, 5);
    List<StreamState> states = new ArrayList<>();
    for (int port = 1_024; port < 1_324; port++) {
      TcpTarget target = victim.connection(listener, port);
      victim.run(target.stream::close);
      victim.send(
          target.frame(
              target.segment(
                  target.seq, target.ack + 1, TcpHeader.ACK | TcpHeader.FIN, NONE, NONE)));
      states.add(target.stream.state());
      assertThat(victim.stack.transport().openConnections(true)).isLessThan(40);
      victim.attacker.take();
    }
    assertThat(states).containsOnly(StreamState.TIME_WAIT);
    assertThat(victim.count(Counter.TCP_TIME_WAITS_CUT)).isPositive();
    victim.assertAnswersPing();
    victim.connection(listener, 9).assertAlive();
  }
}
