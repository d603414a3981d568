package dev.trident.script.driver;

import static dev.trident.script.driver.HandMadePeer.HOST;
import static dev.trident.script.driver.HandMadePeer.PEER;
import static dev.trident.script.driver.HandMadePeer.PEER_PORT;
import static dev.trident.script.driver.HandMadePeer.PORT;
import static dev.trident.wire.TcpHeader.ACK;
import static dev.trident.wire.TcpHeader.FIN;
import static dev.trident.wire.TcpHeader.PSH;
import static dev.trident.wire.TcpHeader.RST;
import static dev.trident.wire.TcpHeader.SYN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StreamState;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.script.driver.ApiDriver.Outcome;
import dev.trident.script.driver.ApiDriver.Pending;
import dev.trident.script.driver.Call.Direction;
import dev.trident.script.driver.Call.MessageFlag;
import dev.trident.script.driver.Call.Option;
import dev.trident.script.driver.HandMadePeer.Segment;
import dev.trident.testkit.Frames;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What scripts rely on, whatever the API: results, errors and exact times. */
abstract class DriverContract extends DriverFixture {
  // ---- connections --------------------------------------------------------------------------

  @Test
  void shouldHoldNoBuffersWhenNothingHasHappened() {
    assertThat(leakedBefore).isZero();
  }

  @Test
  void shouldServeConnectionWhenPeerConnects() {
    int listener = listening();
    int snd = handshake();
    Outcome accepted = call(new Call.Accept(listener, false));
    assertThat(accepted.out()).containsExactly(Integer.toUnsignedLong(PEER), (long) PEER_PORT);
    int fd = Math.toIntExact(accepted.value());
    assertThat(driver.count(StreamState.ESTABLISHED)).isEqualTo(1);
    assertThat(driver.count(StreamState.LISTEN)).isEqualTo(1);

    peer.sends(PSH | ACK, 1, snd, 1_000);
    ByteBuffer data = call(read(fd, 2_000)).data();
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    assertThat(bytes).isEqualTo(Frames.pattern(1_000, 1));

    assertThat(done(write(fd, 500))).isEqualTo(500);
    Segment sent = peer.expects(PSH | ACK, driver.nowNanos());
    assertThat(sent.seq()).isEqualTo(snd);
    assertThat(sent.ack()).isEqualTo(1_001);
    assertThat(sent.data()).isEqualTo(ByteBuffer.allocate(500));
    peer.sends(ACK, 1_001, snd + 500);

    done(new Call.Close(fd));
    assertThat(peer.expects(FIN | ACK, driver.nowNanos()).seq()).isEqualTo(snd + 500);
    peer.sends(FIN | ACK, 1_001, snd + 501);
    peer.expects(ACK, driver.nowNanos());
    done(new Call.Close(listener));
    quietWithoutLeaks();
  }

  @Test
  void shouldReadEndWhenPeerClosesFirst() {
    int listener = listening();
    int snd = handshake();
    int fd = done(new Call.Accept(listener, true));
    fails("EAGAIN", read(fd, 10));
    peer.sends(FIN | PSH | ACK, 1, snd, 10);
    peer.expects(ACK, driver.nowNanos());
    assertThat(done(read(fd, 100))).isEqualTo(10);
    assertThat(done(read(fd, 100))).isZero();
    assertThat(done(read(fd, 100))).isZero();
    assertThat(driver.count(StreamState.CLOSE_WAIT)).isEqualTo(1);
    assertThat(done(write(fd, 5))).isEqualTo(5);
    peer.expects(PSH | ACK, driver.nowNanos());
    done(new Call.Close(fd));
    peer.expects(FIN | ACK, driver.nowNanos());
    peer.sends(ACK, 12, snd + 6);
    done(new Call.Close(listener));
    quietWithoutLeaks();
  }

  @Test
  void shouldHalfCloseWhenWritingIsShutDown() {
    int listener = listening();
    int snd = handshake();
    int fd = done(new Call.Accept(listener, true));
    done(new Call.Shutdown(fd, Direction.WRITE));
    peer.expects(FIN | ACK, driver.nowNanos());
    peer.sends(ACK, 1, snd + 1);
    fails("EPIPE", new Call.Send(fd, List.of(1), List.of(MessageFlag.NOSIGNAL), 0, 0));
    peer.sends(PSH | ACK, 1, snd + 1, 10);
    assertThat(done(read(fd, 100))).isEqualTo(10);
    peer.sends(FIN | ACK, 11, snd + 1);
    peer.expects(ACK, driver.nowNanos());
    assertThat(done(read(fd, 100))).isZero();
    assertThat(driver.count(StreamState.TIME_WAIT)).isEqualTo(1);
    done(new Call.Close(fd));
    done(new Call.Close(listener));
    quietWithoutLeaks();
  }

  @Test
  void shouldAcceptInTheirOrderWhenSeveralHaveConnected() {
    int listener = done(new Call.Socket(true));
    done(new Call.Bind(listener, HOST, PORT));
    done(new Call.Listen(listener, 3));
    for (int i = 0; i < 3; i++) {
      peer.port = PEER_PORT + i;
      handshake();
    }
    for (int i = 0; i < 3; i++) {
      Outcome accepted = call(new Call.Accept(listener, false));
      assertThat(accepted.out())
          .containsExactly(Integer.toUnsignedLong(PEER), (long) PEER_PORT + i);
    }
  }

  @Test
  void shouldPassOverConnectionWhenItWasResetBeforeAccept() {
    int listener = done(new Call.Socket(true));
    done(new Call.Bind(listener, HOST, PORT));
    done(new Call.Listen(listener, 3));
    done(new Call.SetNonBlocking(listener, true));
    int snd = handshake();
    peer.sends(RST | ACK, 1, snd);
    peer.port = PEER_PORT + 1;
    snd = handshake();
    Outcome first = call(new Call.Accept(listener, true));
    boolean isFirstLost = first.out().getLast() == PEER_PORT + 1;
    if (!isFirstLost) {
      fails("ECONNRESET", read(Math.toIntExact(first.value()), 1));
      first = call(new Call.Accept(listener, true));
    }
    assertThat(first.out().getLast()).isEqualTo((long) PEER_PORT + 1);
    int fd = Math.toIntExact(first.value());
    peer.sends(PSH | ACK, 1, snd, 5);
    assertThat(done(read(fd, 10))).isEqualTo(5);
  }

  @Test
  void shouldReturnFromAcceptWhenConnectionComesLater() {
    int listener = listening();
    Pending accept = start(new Call.Accept(listener, false));
    assertThat(accept.isDone()).isFalse();
    driver.runUntil(100 * MILLIS);
    peer.sends(SYN, 0, 0);
    Segment answer = peer.expects(SYN | ACK, 100 * MILLIS);
    driver.runUntil(150 * MILLIS);
    assertThat(accept.isDone()).isFalse();
    peer.sends(ACK, 1, answer.seq() + 1);
    assertThat(accept.isDone()).isTrue();
    assertThat(accept.endNanos()).isEqualTo(150 * MILLIS);

    int fd = Math.toIntExact(accept.outcome().value());
    Pending read = start(read(fd, 100));
    driver.runUntil(225 * MILLIS);
    assertThat(read.isDone()).isFalse();
    peer.sends(PSH | ACK, 1, answer.seq() + 1, 10);
    assertThat(read.isDone()).isTrue();
    assertThat(read.endNanos()).isEqualTo(225 * MILLIS);
    assertThat(read.outcome().value()).isEqualTo(10);
  }

  @Test
  void shouldConnectWhenPeerAnswers() {
    int fd = done(new Call.Socket(true));
    Pending connect = start(connectTo(fd));
    Segment syn = peer.expects(SYN, 0);
    peer.hostPort = syn.source();
    driver.runUntil(30 * MILLIS);
    assertThat(connect.isDone()).isFalse();
    peer.sends(SYN | ACK, 0, syn.seq() + 1);
    peer.expects(ACK, 30 * MILLIS);
    assertThat(connect.isDone()).isTrue();
    assertThat(connect.endNanos()).isEqualTo(30 * MILLIS);
    assertThat(connect.outcome()).isEqualTo(Outcome.of(0));

    TcpInfo info = new TcpInfo();
    assertThat(driver.info(fd, info)).isTrue();
    assertThat(info.state).isEqualTo(StreamState.ESTABLISHED);
    assertThat(info.srttNanos).isEqualTo(30 * MILLIS);
  }

  @Test
  void shouldConnectInBackgroundWhenNonBlocking() {
    int fd = done(new Call.Socket(true));
    done(new Call.SetNonBlocking(fd, true));
    fails("EINPROGRESS", connectTo(fd));
    Segment syn = peer.expects(SYN, 0);
    fails("EALREADY", connectTo(fd));
    assertThat(call(error(fd)).out()).containsExactly(0L);
    peer.hostPort = syn.source();
    peer.sends(SYN | ACK, 0, syn.seq() + 1);
    peer.expects(ACK, 0);
    assertThat(call(error(fd)).out()).containsExactly(0L);
    assertThat(done(write(fd, 10))).isEqualTo(10);
    peer.expects(PSH | ACK, 0);
    peer.sends(PSH | ACK, 1, syn.seq() + 11, 20);
    assertThat(done(read(fd, 100))).isEqualTo(20);
  }

  @Test
  void shouldConnectFromBoundPortWhenBoundFirst() {
    int fd = done(new Call.Socket(true));
    done(new Call.Bind(fd, HOST, 5_555));
    connected(fd);
    assertThat(peer.hostPort).isEqualTo(5_555);
  }

  // ---- errors -------------------------------------------------------------------------------

  @Test
  void shouldReportRefusalWhenPeerAnswersByReset() {
    int fd = done(new Call.Socket(true));
    Pending connect = start(connectTo(fd));
    Segment syn = peer.expects(SYN, 0);
    peer.hostPort = syn.source();
    driver.runUntil(10 * MILLIS);
    peer.sends(RST | ACK, 0, syn.seq() + 1);
    assertThat(connect.isDone()).isTrue();
    assertThat(connect.outcome().errno()).isEqualTo("ECONNREFUSED");
    done(new Call.Close(fd));
    quietWithoutLeaks();
  }

  @Test
  void shouldReportRefusalBySocketErrorWhenNonBlocking() {
    int fd = done(new Call.Socket(true));
    done(new Call.SetNonBlocking(fd, true));
    fails("EINPROGRESS", connectTo(fd));
    Segment syn = peer.expects(SYN, 0);
    peer.hostPort = syn.source();
    peer.sends(RST | ACK, 0, syn.seq() + 1);
    assertThat(call(error(fd)).out()).containsExactly(errnoCode("ECONNREFUSED"));
    assertThat(call(error(fd)).out()).containsExactly(0L);
  }

  @Test
  void shouldReportResetWhenPeerResets() {
    int listener = listening();
    int snd = handshake();
    int fd = done(new Call.Accept(listener, false));
    Pending read = start(read(fd, 10));
    driver.runUntil(10 * MILLIS);
    peer.sends(RST | ACK, 1, snd);
    assertThat(read.isDone()).isTrue();
    assertThat(read.endNanos()).isEqualTo(10 * MILLIS);
    assertThat(read.outcome().errno()).isEqualTo("ECONNRESET");
    TcpInfo info = new TcpInfo();
    assertThat(driver.info(fd, info)).isTrue();
    assertThat(info.state).isEqualTo(StreamState.CLOSED);
    done(new Call.Close(fd));
    done(new Call.Close(listener));
    quietWithoutLeaks();
  }

  @Test
  void shouldTimeOutWhenNobodyAnswers() {
    driver.profile(
        PROFILE.withRetransmission(
            new TcpProfile.Retransmission(1_000 * MILLIS, 200 * MILLIS, 60_000 * MILLIS, 1, 1, 2)));
    int fd = done(new Call.Socket(true));
    Pending connect = start(connectTo(fd));
    peer.expects(SYN, 0);
    peer.expects(SYN, 1_000 * MILLIS);
    driver.runUntil(2_999 * MILLIS);
    assertThat(connect.isDone()).isFalse();
    driver.runUntil(3_000 * MILLIS);
    assertThat(connect.isDone()).isTrue();
    assertThat(connect.endNanos()).isEqualTo(3_000 * MILLIS);
    assertThat(connect.outcome().errno()).isEqualTo("ETIMEDOUT");
  }

  @Test
  void shouldAnswerResetWhenPortIsClosed() {
    peer.sends(SYN, 0, 0);
    Segment reset = peer.expects(RST | ACK, 0);
    assertThat(reset.ack()).isEqualTo(1);
  }

  @Test
  void shouldRefuseWhenDescriptorIsClosed() {
    int fd = done(new Call.Socket(true));
    done(new Call.Close(fd));
    fails("EBADF", read(fd, 1));
    fails("EBADF", new Call.Close(fd));
  }

  // ---- times --------------------------------------------------------------------------------

  @Test
  void shouldRetransmitAtExactTimesWhenNothingIsAcknowledged() {
    int listener = listening();
    peer.sends(SYN, 0, 0);
    int snd = peer.expects(SYN | ACK, 0).seq() + 1;
    driver.runUntil(100 * MILLIS);
    peer.sends(ACK, 1, snd);
    int fd = done(new Call.Accept(listener, true));
    driver.runUntil(200 * MILLIS + 1);
    done(write(fd, 100));
    peer.expects(PSH | ACK, 200 * MILLIS + 1);
    // SRTT 100 ms and RTTVAR 50 ms make 300 ms (RFC 6298 section 2.2), then twice that.
    assertThat(peer.expects(PSH | ACK, 500 * MILLIS + 1).seq()).isEqualTo(snd);
    assertThat(peer.expects(PSH | ACK, 1_100 * MILLIS + 1).seq()).isEqualTo(snd);
    peer.expectsNothingUntil(2_300 * MILLIS);
    peer.expects(PSH | ACK, 2_300 * MILLIS + 1);
  }

  @Test
  void shouldRetransmitSynAtExactTimesWhenConnectBlocks() {
    int fd = done(new Call.Socket(true));
    driver.runUntil(3);
    start(connectTo(fd));
    peer.expects(SYN, 3);
    peer.expects(SYN, 1_000 * MILLIS + 3);
    peer.expects(SYN, 3_000 * MILLIS + 3);
  }

  @Test
  void shouldDelayAcknowledgementExactlyWhenOneSegmentCame() {
    int listener = listening();
    int snd = handshake();
    int fd = done(new Call.Accept(listener, true));
    driver.runUntil(123_456_789);
    peer.sends(PSH | ACK, 1, snd, 100);
    peer.expectsNothingUntil(123_456_789 + 40 * MILLIS - 1);
    assertThat(peer.expects(ACK, 123_456_789 + 40 * MILLIS).ack()).isEqualTo(101);
    assertThat(done(read(fd, 100))).isEqualTo(100);
  }

  @Test
  void shouldSendRestWhenBlockedWriteGetsRoom() {
    int listener = listening();
    int snd = handshake();
    int fd = done(new Call.Accept(listener, false));
    int total = 600_000;
    Pending write = start(write(fd, total));
    assertThat(write.isDone()).isFalse();
    int received = 0;
    while (received < total && driver.runUntilOutbound(driver.nowNanos())) {
      received += Objects.requireNonNull(driver.takeOutbound()).datagram().remaining() - 40;
      peer.sends(ACK, 1, snd + received);
    }
    assertThat(received).isEqualTo(total);
    assertThat(write.isDone()).isTrue();
    assertThat(write.endNanos()).isZero();
    assertThat(write.outcome().value()).isEqualTo(total);
  }

  // ---- tools --------------------------------------------------------------------------------

  @Test
  void shouldForgetConnectionsWhenDropped() {
    int listener = listening();
    handshake();
    int fd = done(new Call.Accept(listener, false));
    Pending read = start(read(fd, 10));
    driver.drop(StreamState.ESTABLISHED);
    assertThat(driver.count(StreamState.ESTABLISHED)).isZero();
    assertThat(read.isDone()).isTrue();
    peer.expectsNothingUntil(1_000 * MILLIS);
  }

  @Test
  void shouldKnowNoConnectionWhenThereNeverWasOne() {
    int fd = done(new Call.Socket(true));
    assertThat(driver.info(fd, new TcpInfo())).isFalse();
    assertThat(driver.info(99, new TcpInfo())).isFalse();
  }

  @Test
  void shouldSayWhatIsMissingWhenApiLacksOption() {
    int fd = done(new Call.Socket(true));
    refuses(new Call.SetOption(fd, Option.TCP_CORK, List.of(1L)))
        .hasMessageStartingWith("setsockopt(TCP_CORK): ");
    refuses(new Call.Send(fd, List.of(1), List.of(MessageFlag.ERRQUEUE), PEER, 80))
        .hasMessageStartingWith("send(MSG_ERRQUEUE): ");
  }

  // ---- datagrams ----------------------------------------------------------------------------

  @Test
  void shouldEchoDatagramWhenBound() {
    int fd = done(new Call.Socket(false));
    done(new Call.Bind(fd, HOST, PORT));
    Pending read = start(read(fd, 1_000));
    assertThat(read.isDone()).isFalse();
    driver.runUntil(MILLIS);
    peer.sendsDatagram(PEER_PORT, Frames.pattern(100, 3));
    assertThat(read.isDone()).isTrue();
    assertThat(read.endNanos()).isEqualTo(MILLIS);
    ByteBuffer data = read.outcome().data();
    assertThat(data.remaining()).isEqualTo(100);
    assertThat(data.get(0)).isEqualTo((byte) 3);

    assertThat(done(new Call.Send(fd, List.of(60, 40), List.of(), PEER, PEER_PORT))).isEqualTo(100);
    assertThat(driver.runUntilOutbound(MILLIS)).isTrue();
    ApiDriver.Sent sent = Objects.requireNonNull(driver.takeOutbound());
    assertThat(sent.nanos()).isEqualTo(MILLIS);
    byte[] udp = Frames.data(sent.datagram().array());
    assertThat(Frames.getShort(udp, 0)).isEqualTo(PORT);
    assertThat(Frames.getShort(udp, 2)).isEqualTo(PEER_PORT);
    assertThat(udp).hasSize(108);
    done(new Call.Close(fd));
    quietWithoutLeaks();
  }

  @Test
  void shouldReceiveOnlyFromPeerWhenDatagramSocketIsConnected() {
    int fd = done(new Call.Socket(false));
    done(new Call.Bind(fd, HOST, PORT));
    done(connectTo(fd));
    done(new Call.SetNonBlocking(fd, true));
    peer.sendsDatagram(1_234, new byte[] {1});
    fails("EAGAIN", read(fd, 10));
    peer.sendsDatagram(PEER_PORT, new byte[] {2, 3});
    assertThat(done(read(fd, 10))).isEqualTo(2);
    assertThat(done(write(fd, 7))).isEqualTo(7);
    assertThat(driver.takeOutbound()).isNotNull();
  }

  @Test
  void shouldDropRestWhenDatagramIsLongerThanRoom() {
    int fd = done(new Call.Socket(false));
    done(new Call.Bind(fd, HOST, PORT));
    peer.sendsDatagram(PEER_PORT, Frames.pattern(100, 3));
    peer.sendsDatagram(PEER_PORT, new byte[] {9});
    ByteBuffer cut = call(read(fd, 10)).data();
    assertThat(cut.remaining()).isEqualTo(10);
    assertThat(cut.get(9)).isEqualTo((byte) 12);
    assertThat(call(read(fd, 10)).data()).isEqualTo(ByteBuffer.wrap(new byte[] {9}));
  }
}
