package dev.trident.icmp;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.trace.DropReason;
import dev.trident.wire.Ipv4Address;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a host does not say. */
class SilenceTest {
  private static final int FAR = 0xc0a80105;

  private final StackHarness host = new StackHarness();

  @BeforeEach
  void open() {
    host.introducePeer();
  }

  @AfterEach
  void close() {
    host.device.complete();
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());
    host.close();
  }

  private void udpFrom(int source, int destination, int port) {
    byte[] segment = Frames.udp(source, 9, destination, port, new byte[8]);
    host.receiveDatagram(Frames.ipv4(source, destination, Frames.UDP_PROTOCOL, segment));
  }

  @ParameterizedTest
  @Requirement("RFC1122-icmp-07")
  @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "255.255.255.255", "10.0.0.255", "224.0.0.9"})
  void shouldSendNoErrorToWhoIsNoSingleHost(String source) {
    udpFrom(Ipv4Address.parse(source), OUR_ADDRESS, 9_999);
    assertThat(host.device.isEmpty()).isTrue();
    assertThat(host.stack.counters().get(DropReason.IP_BAD_SOURCE)).isEqualTo(1);
    udpFrom(PEER_ADDRESS, OUR_ADDRESS, 9_999);
    assertThat(Frames.data(Frames.datagram(host.device.next()))[0]).isEqualTo((byte) 3);
  }

  /** A router would forward this by the way it came, and say so. */
  @Test
  @Requirement("RFC1122-icmp-14")
  void shouldSendNoRedirect() {
    host.stack.addRoute(0, 0, PEER_ADDRESS, host.net);
    udpFrom(0x0a000009, FAR, 9);
    assertThat(host.device.isEmpty()).isTrue();
    assertThat(host.stack.counters().get(DropReason.IP_NOT_FOR_US)).isEqualTo(1);
  }

  /** Neither to another gateway of the same network nor to the destination itself. */
  @Test
  @Requirement({"RFC792-redirect-01", "RFC1122-icmp-15", "RFC1122-icmp-16"})
  void shouldGoOnByItsOwnGatewayWhenARedirectNamesAnother() {
    host.stack.addRoute(0, 0, PEER_ADDRESS, host.net);
    DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
    ByteBuf data = Unpooled.wrappedBuffer(new byte[8]);
    assertThat(socket.send(data, 0, 8, FAR, 9)).isEqualTo(8);
    byte[] sent = host.device.next();
    byte[] quote = Frames.datagram(sent);
    for (int code = 0; code < 4; code++) {
      byte[] redirect = Frames.icmp(5, code, 0x0a0000fd, quote);
      host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, redirect));
    }
    assertThat(host.stack.counters().get(DropReason.ICMP_REDIRECT_IGNORED)).isEqualTo(4);
    assertThat(socket.send(data, 0, 8, FAR, 9)).isEqualTo(8);
    assertThat(Frames.getMac(host.device.next(), 0)).isEqualTo(Frames.getMac(sent, 0));
    assertThat(host.device.isEmpty()).isTrue();
    socket.close();
  }

  @Test
  @Requirement("RFC6633-quench-01")
  void shouldSendNoSourceQuenchWhenItCannotKeepUp() {
    DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
    assertThat(socket.bind(0, 7)).isZero();
    for (int i = 0; i < 300; i++) {
      udpFrom(PEER_ADDRESS, OUR_ADDRESS, 7);
    }
    assertThat(host.stack.counters().get(DropReason.UDP_QUEUE_FULL)).isPositive();
    assertThat(host.device.isEmpty()).isTrue();
    socket.close();
  }
}
