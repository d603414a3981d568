package dev.trident.script.driver;

import static dev.trident.script.driver.HandMadePeer.HOST;
import static dev.trident.script.driver.HandMadePeer.PEER;
import static dev.trident.script.driver.HandMadePeer.PEER_PORT;
import static dev.trident.script.driver.HandMadePeer.PORT;
import static dev.trident.wire.TcpHeader.ACK;
import static dev.trident.wire.TcpHeader.PSH;
import static dev.trident.wire.TcpHeader.RST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.script.driver.Call.Events;
import dev.trident.script.driver.api.ZfDriver;
import dev.trident.testkit.Frames;
import dev.trident.wire.Ipv4Header;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract through TCPDirect, and what TCPDirect cannot say or hear. */
final class ZfDriverTest extends DriverContract {
  private static final int UNREACHABLE = 3;
  private static final int ECHO = 8;

  @Override
  ApiDriver newDriver(Setup setup) {
    return new ZfDriver(setup);
  }

  private static ByteBuffer icmp(int type, byte[] data) {
    byte[] message = Frames.icmp(type, 3, 0, data);
    return ByteBuffer.wrap(Frames.ipv4(PEER, HOST, Ipv4Header.PROTOCOL_ICMP, message));
  }

  private static byte[] quoted(int protocol) {
    return Frames.ipv4(HOST, PEER, protocol, new byte[8]);
  }

  @Test
  void shouldRefuseErrorOfIcmpAboutTransport() {
    for (int protocol : new int[] {Ipv4Header.PROTOCOL_TCP, Ipv4Header.PROTOCOL_UDP}) {
      assertThatThrownBy(() -> driver.inject(icmp(UNREACHABLE, quoted(protocol))))
          .isInstanceOf(NotExpressibleException.class)
          .hasMessageStartingWith("an ICMP error: ");
    }
  }

  @Test
  void shouldTakeOtherIcmpAsHostDoes() throws NotExpressibleException {
    driver.inject(icmp(UNREACHABLE, quoted(Ipv4Header.PROTOCOL_ICMP)));
    peer.expectsNothingUntil(MILLIS);
    peer.inject(
        Frames.ipv4(PEER, HOST, Ipv4Header.PROTOCOL_ICMP, Frames.icmp(ECHO, 0, 1, new byte[] {7})));
    assertThat(driver.takeOutbound()).isNotNull();
  }

  @Test
  void shouldRefuseReadWhenErrorWasTold() {
    int listener = listening();
    int snd = handshake();
    int fd = done(new Call.Accept(listener, true));
    peer.sends(RST | ACK, 1, snd);
    fails("ECONNRESET", read(fd, 10));
    refuses(read(fd, 10)).hasMessageStartingWith("recv after an error: ");
    fails("EPIPE", write(fd, 10));
  }

  @Test
  void shouldTellRoomForDatagramsOnlyWhenThereIsOneDestination() {
    int fd = done(new Call.Socket(false));
    done(new Call.Bind(fd, HOST, PORT));
    Call poll = new Call.Poll(List.of(new Call.PollRequest(fd, Events.OUT)), 0);
    refuses(poll).hasMessageStartingWith("poll(POLLOUT): ");
    done(connectTo(fd));
    done(new Call.Send(fd, List.of(3), List.of(), PEER, PEER_PORT));
    assertThat(call(poll).out()).containsExactly((long) Events.OUT);
  }

  @Test
  void shouldSendAtOnceAfterAnHour() {
    int listener = listening();
    int snd = handshake();
    int fd = done(new Call.Accept(listener, true));
    driver.runUntil(3_600_000 * MILLIS);
    done(write(fd, 10));
    assertThat(peer.expects(PSH | ACK, driver.nowNanos()).seq()).isEqualTo(snd);
  }

  @Test
  void shouldRefuseListenAgain() {
    refuses(new Call.Listen(listening(), 5)).hasMessageStartingWith("listen again: ");
  }
}
