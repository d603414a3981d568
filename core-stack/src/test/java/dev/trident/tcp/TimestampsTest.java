package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.TcpInfo;
import dev.trident.testkit.Requirement;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The timestamps option beside what scripts show (RFC 7323 sections 3 and 5). */
class TimestampsTest extends Script {
  private static final int CONNECTIONS = 200;

  /** The option, with the no-operations that align it. */
  private static int[] option(int tsVal, int tsEcr) {
    int[] bytes = {1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0};
    for (int octet = 0; octet < 4; octet++) {
      bytes[4 + octet] = (tsVal >>> (24 - 8 * octet)) & 0xff;
      bytes[8 + octet] = (tsEcr >>> (24 - 8 * octet)) & 0xff;
    }
    return bytes;
  }

  @Test
  @Requirement("RFC7323-ts-05")
  void shouldSendNoEchoWithoutAckAndBelieveNone() {
    TcpHost.check(host.newStream().connect(FakeIp.PEER, peer.port));
    Seg syn = peer.expects(Seg.syn().seq(0));
    assertThat(syn.hasTimestamps).isTrue();
    assertThat(syn.tsEcr).as("TSecr of a SYN").isZero();

    // A SYN that claims to echo what we would have sent 900 ms ago says nothing of a round trip.
    host.listen(SERVER_PORT, 5);
    peer.port = 9;
    peer.hostPort = SERVER_PORT;
    peer.sends(Seg.syn().seq(0).mss(1_460).options(option(5, 4)));
    Seg answer = peer.expects(Seg.synAck().ack(1));
    assertThat(answer.tsEcr).isEqualTo(5);
    StreamEndpoint stream = accept(answer, 100 * MILLIS);
    TcpInfo info = new TcpInfo();
    stream.info(info);
    assertThat(info.srttNanos).isEqualTo(100 * MILLIS);
  }

  private StreamEndpoint accept(Seg answer, long afterNanos) {
    host.advance(afterNanos);
    peer.sends(Seg.ack().seq(1).ack(1).options(option(6, answer.tsVal)));
    StreamEndpoint[] accepted = new StreamEndpoint[1];
    host.layer.connections().stream()
        .filter(connection -> connection.remotePort() == 9)
        .forEach(connection -> accepted[0] = connection);
    return Objects.requireNonNull(accepted[0]);
  }

  /** In one moment, so that what differs is the offset of each connection. */
  @Test
  @Requirement("RFC7323-ts-10")
  void shouldAddAnOffsetOfItsOwnToEachConnectionsClock() {
    Set<Integer> upperHalves = new HashSet<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      peer.port = 1_000 + i;
      TcpHost.check(host.newStream().connect(FakeIp.PEER, peer.port));
      upperHalves.add(peer.expects(Seg.syn()).tsVal >>> 16);
    }
    // 200 of 65,536 by chance: fewer than 190 different ones would be a wonder.
    assertThat(upperHalves).hasSizeGreaterThan(190);
  }

  /**
   * Two segments 1,500 ms apart: the clock ticks in milliseconds. The host's own, of 64-bit
   * nanoseconds, goes round between them.
   */
  @Test
  @Requirement({"RFC7323-ts-09", "LES-wrap-02"})
  void shouldTickOncePerMillisecond() {
    StreamEndpoint stream = synSent();
    peer.sends(Seg.synAck().seq(0).ack(1).options(option(700, 0)));
    Seg first = peer.expects(Seg.ack());
    host.advance(1_500 * MILLIS);
    send(stream, "a");
    Seg second = peer.expects(Seg.psh().data("a"));
    assertThat(second.tsVal - first.tsVal).isEqualTo(1_500);
    assertThat(second.tsEcr).isEqualTo(700);
  }
}
