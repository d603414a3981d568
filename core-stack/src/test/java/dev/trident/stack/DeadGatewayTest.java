package dev.trident.stack;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.OUR_MAC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.testkit.Allocations;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.wire.TcpHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two default gateways, and what happens when one falls silent (RFC 1122 section 3.3.1). */
class DeadGatewayTest {
  private static final int FIRST = 0x0a0000fe;
  private static final int SECOND = 0x0a0000fd;
  private static final long FIRST_MAC = 0x0200_0000_00feL;
  private static final long SECOND_MAC = 0x0200_0000_00fdL;
  private static final int FAR = 0xc0a80105;

  private final StackHarness host = new StackHarness();
  private final DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
  private final ByteBuf payload = Unpooled.wrappedBuffer(Frames.pattern(64, 1));

  DeadGatewayTest() {
    host.stack.addRoute(0, 0, FIRST, host.net);
    host.stack.addRoute(0, 0, SECOND, host.net);
  }

  @AfterEach
  void close() {
    socket.close();
    host.drain();
    host.close();
  }

  private static byte[] request(long destination, int gateway) {
    return Frames.ethernet(
        destination, OUR_MAC, Frames.ARP, Frames.arp(1, OUR_MAC, OUR_ADDRESS, 0, gateway));
  }

  private void reply(int gateway, long mac) {
    host.receive(
        Frames.ethernet(
            OUR_MAC, mac, Frames.ARP, Frames.arp(2, mac, gateway, OUR_MAC, OUR_ADDRESS)));
  }

  private int send() {
    return socket.send(payload, 0, 64, FAR, 4_000);
  }

  private void assertSendsTo(long mac) {
    assertThat(send()).isEqualTo(64);
    byte[] frame = host.device.next();
    assertThat(Frames.etherType(frame)).isEqualTo(Frames.IPV4);
    assertThat(Frames.getMac(frame, 0)).isEqualTo(mac);
    assertThat(host.device.isEmpty()).isTrue();
    host.device.complete();
  }

  /** The first gateway does not answer at all, and the second is found. */
  private void failFirst() {
    send();
    host.passSeconds(3);
    assertThat(host.device.drain()).hasSize(3).containsOnly(request(Frames.BROADCAST_MAC, FIRST));
    host.device.complete();
    send();
    assertThat(host.device.drain()).containsExactly(request(Frames.BROADCAST_MAC, SECOND));
    reply(SECOND, SECOND_MAC);
    assertThat(Frames.getMac(host.device.next(), 0)).isEqualTo(SECOND_MAC);
    host.device.complete();
  }

  @Test
  @Requirement("RFC1122-ip-26")
  void shouldPreferTheGatewayThatWasConfiguredFirst() {
    send();
    assertThat(host.device.drain()).containsExactly(request(Frames.BROADCAST_MAC, FIRST));
    reply(FIRST, FIRST_MAC);
    host.device.drain();
    assertSendsTo(FIRST_MAC);
  }

  @Test
  @Requirement("RFC1122-ip-27")
  void shouldGoByTheSecondGatewayWhenTheFirstDoesNotAnswer() {
    failFirst();
    assertSendsTo(SECOND_MAC);
  }

  @Test
  @Requirement("RFC1122-ip-27")
  void shouldLeaveAGatewayThatFallsSilentWhileInUse() {
    send();
    reply(FIRST, FIRST_MAC);
    host.device.drain();
    assertSendsTo(FIRST_MAC);
    host.passSeconds(33);
    assertThat(host.device.drain()).hasSize(3).containsOnly(request(FIRST_MAC, FIRST));
    send();
    assertThat(host.device.drain()).containsExactly(request(Frames.BROADCAST_MAC, SECOND));
  }

  @Test
  @Requirement("RFC1122-ip-27")
  void shouldAskADeadGatewayNowAndThenAndReturnToItWhenItAnswers() {
    failFirst();
    assertSendsTo(SECOND_MAC);
    host.passSeconds(30);
    assertThat(host.device.drain())
        .containsExactlyInAnyOrder(
            request(Frames.BROADCAST_MAC, FIRST), request(SECOND_MAC, SECOND));
    reply(SECOND, SECOND_MAC);
    assertSendsTo(SECOND_MAC);
    reply(FIRST, FIRST_MAC);
    assertSendsTo(FIRST_MAC);
  }

  @Test
  void shouldKeepToTheFirstWhenAllAreDead() {
    send();
    host.passSeconds(3);
    send();
    host.passSeconds(3);
    host.device.drain();
    host.device.complete();
    socket.takeError();
    assertThat(send()).isEqualTo(64);
    assertThat(host.device.drain()).containsExactly(request(Frames.BROADCAST_MAC, FIRST));
    host.passSeconds(3);
    assertThat(socket.takeError()).isEqualTo(StackError.HOST_UNREACHABLE.code);
  }

  @Test
  @Requirement("RFC1122-ip-27")
  void shouldOpenAConnectionByTheSecondGatewayWhenTheFirstIsDead() {
    StreamEndpoint stream = Objects.requireNonNull(host.stack.newStream());
    assertThat(stream.connect(FAR, 80)).isZero();
    host.passSeconds(3);
    assertThat(stream.state()).isEqualTo(StreamState.SYN_SENT);
    host.device.drain();
    host.passSeconds(5);
    List<byte[]> asked = host.device.drain();
    assertThat(asked).contains(request(Frames.BROADCAST_MAC, SECOND));
    reply(SECOND, SECOND_MAC);
    byte[] syn = host.device.drain().getLast();
    assertThat(Frames.getMac(syn, 0)).isEqualTo(SECOND_MAC);
    assertThat(Frames.data(Frames.datagram(syn))[13]).isEqualTo((byte) TcpHeader.SYN);
    stream.abort();
  }

  /** What TCP sends is not answered: the gateway is asked before 30 s are over. */
  @Test
  @Requirement("RFC1122-ip-27")
  void shouldAskTheGatewayWhenTcpHearsNothing() {
    send();
    reply(FIRST, FIRST_MAC);
    host.device.drain();
    StreamEndpoint stream = Objects.requireNonNull(host.stack.newStream());
    assertThat(stream.connect(FAR, 80)).isZero();
    host.passSeconds(8);
    assertThat(host.device.drain()).contains(request(FIRST_MAC, FIRST));
    host.passSeconds(8);
    byte[] last = host.device.drain().getLast();
    assertThat(last).as("the next SYN waits").isEqualTo(request(Frames.BROADCAST_MAC, SECOND));
    reply(SECOND, SECOND_MAC);
    assertThat(Frames.getMac(host.device.next(), 0)).isEqualTo(SECOND_MAC);
    stream.abort();
  }

  @Test
  void shouldReturnToAGatewayThatIsSetByHand() {
    failFirst();
    assertSendsTo(SECOND_MAC);
    assertThat(Objects.requireNonNull(host.stack.neighbors()).addStatic(host.net, FIRST, FIRST_MAC))
        .isTrue();
    assertSendsTo(FIRST_MAC);
  }

  @Test
  void shouldSendWithoutGarbageWhenAllAreDead() {
    host.device.recording(false);
    send();
    host.passSeconds(3);
    send();
    host.passSeconds(3);
    host.device.complete();
    assertThat(
            Allocations.of(
                () -> {
                  send();
                  host.device.complete();
                }))
        .isZero();
  }

  /** Its path is found once only, as long as it leads somewhere. */
  @Test
  @Requirement("RFC1122-ip-27")
  void shouldLeaveADeadGatewayWhereTheDestinationIsFixed() {
    DatagramEndpoint sender = Objects.requireNonNull(host.stack.newDatagram());
    assertThat(sender.transmitOnly(0, 2_000, FAR, 4_000)).isZero();
    failFirst();
    assertThat(sender.send(payload, 0, 64, 0, 0)).isEqualTo(64);
    assertThat(Frames.getMac(host.device.next(), 0)).isEqualTo(SECOND_MAC);
    host.device.complete();
    sender.close();
  }
}
