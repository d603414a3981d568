package dev.trident.script.driver;

import static dev.trident.script.driver.HandMadePeer.PEER_PORT;
import static dev.trident.wire.TcpHeader.ACK;
import static dev.trident.wire.TcpHeader.PSH;
import static dev.trident.wire.TcpHeader.RST;
import static dev.trident.wire.TcpHeader.SYN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.script.driver.HandMadePeer.Segment;
import dev.trident.script.driver.api.TreckDriver;
import org.junit.jupiter.api.Test;

/** The contract through Treck, and what Treck cannot say. */
final class TreckDriverTest extends DriverContract {
  @Override
  ApiDriver newDriver(Setup setup) {
    return new TreckDriver(setup);
  }

  @Test
  void shouldRefuseConnectAgainWhenFirstIsOver() {
    int fd = done(new Call.Socket(true));
    done(new Call.SetNonBlocking(fd, true));
    fails("EINPROGRESS", connectTo(fd));
    Segment syn = peer.expects(SYN, 0);
    fails("EALREADY", connectTo(fd));
    peer.hostPort = syn.source();
    peer.sends(SYN | ACK, 0, syn.seq() + 1);
    refuses(connectTo(fd)).hasMessageStartingWith("connect again: ");
  }

  @Test
  void shouldRefuseReadAndWriteWhenErrorWasTold() {
    int listener = listening();
    int snd = handshake();
    int fd = done(new Call.Accept(listener, true));
    peer.sends(RST | ACK, 1, snd);
    fails("ECONNRESET", read(fd, 10));
    refuses(read(fd, 10)).hasMessageStartingWith("recv after an error: ");
    refuses(write(fd, 10)).hasMessageStartingWith("send after an error: ");
  }

  @Test
  void shouldCountQueuedBytesWithoutTakingThem() {
    int listener = listening();
    int snd = handshake();
    int fd = done(new Call.Accept(listener, true));
    assertThat(call(new Call.QueuedBytes(fd, true)).out()).containsExactly(0L);
    peer.sends(PSH | ACK, 1, snd, 700);
    assertThat(call(new Call.QueuedBytes(fd, true)).out()).containsExactly(700L);
    assertThat(done(read(fd, 1_000))).isEqualTo(700);
    refuses(new Call.QueuedBytes(fd, false)).hasMessageStartingWith("ioctl(SIOCOUTQ): ");
  }

  @Test
  void shouldCountBytesOfNextDatagramOnly() {
    int fd = done(new Call.Socket(false));
    done(new Call.Bind(fd, HandMadePeer.HOST, HandMadePeer.PORT));
    peer.sendsDatagram(PEER_PORT, new byte[20]);
    peer.sendsDatagram(PEER_PORT, new byte[5]);
    assertThat(call(new Call.QueuedBytes(fd, true)).out()).containsExactly(20L);
  }

  @Test
  void shouldRefuseListenAgain() {
    refuses(new Call.Listen(listening(), 5)).hasMessageStartingWith("listen again: ");
  }
}
