package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.testkit.Requirement;
import org.junit.jupiter.api.Test;

/** SEND before the connection is established (RFC 9293 section 3.10.2). */
class EarlySendTest extends Script {
  @Test
  @Requirement("RFC9293-user-10")
  void shouldQueueInSynSentAndSendWhenEstablished() {
    StreamEndpoint stream = synSent();
    assertThat(send(stream, "early")).isEqualTo(5);
    assertThat(stream.unsentBytes()).isEqualTo(5);
    peer.expectsNothing();
    peer.sends(Seg.synAck().seq(0).ack(1).mss(1_460));
    peer.expects(Seg.psh().seq(1).ack(1).data("early"));
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
  }

  @Test
  @Requirement("RFC9293-user-10")
  void shouldQueueInSynReceivedAndSendWhenEstablished() {
    StreamEndpoint stream = synSent();
    peer.sends(Seg.syn().seq(0));
    peer.expects(Seg.synAck().seq(0).ack(1));
    assertThat(send(stream, "early")).isEqualTo(5);
    peer.expectsNothing();
    peer.sends(Seg.ack().seq(1).ack(1));
    peer.expects(Seg.psh().seq(1).ack(1).data("early"));
  }

  @Test
  void shouldFillSegmentsOnceTheirSizeIsKnown() {
    StreamEndpoint stream = synSent();
    assertThat(send(stream, 2_000)).isEqualTo(2_000);
    peer.sends(Seg.synAck().seq(0).ack(1).mss(1_460));
    peer.expects(Seg.ack().seq(1).length(1_460));
    peer.sends(Seg.ack().seq(1).ack(1_461));
    peer.expects(Seg.psh().seq(1_461).length(540));
  }

  @Test
  void shouldCutSegmentsThatAreTooLargeForThePeer() {
    StreamEndpoint stream = synSent();
    assertThat(send(stream, 500)).isEqualTo(500);
    peer.sends(Seg.synAck().seq(0).ack(1).mss(200));
    peer.expects(Seg.ack().seq(1).length(200));
    peer.expects(Seg.ack().seq(201).length(200));
    peer.sends(Seg.ack().seq(1).ack(401));
    peer.expects(Seg.psh().seq(401).length(100));
  }

  @Test
  void shouldFreeWhatIsQueuedWhenTheAttemptIsRefused() {
    StreamEndpoint stream = synSent();
    int free = host.pool.freeCells();
    send(stream, "early");
    peer.sends(Seg.rstAck().seq(0).ack(1));
    assertError(stream.takeError(), StackError.CONNECTION_REFUSED);
    assertThat(host.pool.freeCells()).isEqualTo(free);
  }

  @Test
  void shouldRefuseBeforeTheFirstOpen() {
    assertError(send(host.newStream(), "x"), StackError.NOT_CONNECTED);
  }
}
