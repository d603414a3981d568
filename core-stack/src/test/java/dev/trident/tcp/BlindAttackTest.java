package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.testkit.Requirement;
import dev.trident.trace.DropReason;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Somebody who knows addresses and ports, but not the numbers (RFC 5961). */
class BlindAttackTest extends Script {
  private static final int ATTEMPTS = 10_000;

  private final Random guesses = new Random(1);

  private void expectUnharmed(StreamEndpoint stream) {
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    host.ip.sent.clear();
    peer.sends(Seg.psh().seq(1).ack(1).data("still"));
    assertThat(read(stream)).isEqualTo("still");
  }

  @Test
  @Requirement({"SEC-BLIND-02", "RFC5961-syn-01"})
  void shouldSurviveSynsWithNumbersByChance() {
    StreamEndpoint stream = established();
    host.ip.silent = true;
    for (int i = 0; i < ATTEMPTS; i++) {
      peer.sends(Seg.syn().seq(guesses.nextInt()));
    }
    host.ip.silent = false;
    assertThat(host.drops(DropReason.TCP_BLIND_SYN)).isEqualTo(ATTEMPTS);
    expectUnharmed(stream);
  }

  /** A count over all connections would tell a stranger who counts on his own (CVE-2016-5696). */
  @Test
  @Requirement("SEC-BLIND-04")
  void shouldCountChallengesOfEachConnectionForItself() {
    StreamEndpoint attacked = established();
    int alone = challenges();
    assertThat(alone).isPositive();
    Peer stranger = peer;
    peer = new Peer(host);
    peer.port = stranger.port + 1;
    StreamEndpoint own = established();
    assertThat(challenges()).isEqualTo(alone);
    peer = stranger;
    assertThat(challenges()).as("no more of this interval").isZero();
    host.advance(2 * SECONDS);
    assertThat(challenges()).isEqualTo(alone);
    assertThat(own.state()).isEqualTo(StreamState.ESTABLISHED);
    expectUnharmed(attacked);
  }

  /** How many of a hundred SYNs are answered. */
  private int challenges() {
    for (int i = 0; i < 100; i++) {
      peer.sends(Seg.syn().seq(1_000));
    }
    int count = 0;
    while (peer.next() != null) {
      count++;
    }
    return count;
  }

  /** Nothing of a segment outside the window counts: acknowledgment, window, URG, data, FIN. */
  @Test
  @Requirement("SEC-LADDER-15")
  void shouldTakeNothingFromASegmentOutsideTheWindow() {
    StreamEndpoint stream = established();
    send(stream, "mine");
    peer.expects(Seg.psh().seq(1).data("mine"));
    TcpInfo before = new TcpInfo();
    stream.info(before);
    Seg outside = Seg.fin().seq(1_000_000).ack(5).wnd(7).urgent(3).data("evil");
    peer.sends(outside);
    peer.expects(Seg.ack().seq(5).ack(1));
    TcpInfo after = new TcpInfo();
    stream.info(after);
    assertThat(after.flightSizeBytes).isEqualTo(before.flightSizeBytes).isEqualTo(4);
    assertThat(after.sndWnd).isEqualTo(before.sndWnd);
    assertThat(stream.urgentOffset()).isEqualTo(-1);
    assertThat(stream.receivableBytes()).isZero();
    expectUnharmed(stream);
  }
}
