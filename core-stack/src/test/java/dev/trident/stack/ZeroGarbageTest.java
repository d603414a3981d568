package dev.trident.stack;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.OUR_MAC;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.UserFree;
import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.testkit.Allocations;
import dev.trident.testkit.Frames;
import dev.trident.testkit.StackHarness;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The data path makes no garbage once it is warm. */
class ZeroGarbageTest {
  private static final int PORT = 7;
  private static final int PEER_PORT = 4_000;

  private final StackHarness host = new StackHarness();
  private final DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
  private final ByteBuf heap = Unpooled.buffer(2_000, 2_000);
  private final ByteBuf direct = Unpooled.directBuffer(2_000, 2_000);
  private final byte[] request =
      Frames.ethernet(
          OUR_MAC,
          PEER_MAC,
          Frames.IPV4,
          Frames.ipv4(
              PEER_ADDRESS,
              OUR_ADDRESS,
              17,
              Frames.udp(PEER_ADDRESS, PEER_PORT, OUR_ADDRESS, PORT, Frames.pattern(64, 1))));

  @BeforeEach
  void open() {
    host.introducePeer();
    host.device.recording(false);
    assertThat(socket.bind(0, PORT)).isZero();
  }

  @AfterEach
  void close() {
    socket.close();
    direct.release();
    host.close();
  }

  private void echo(ByteBuf buffer) {
    host.receive(request);
    int length = socket.receive(buffer, 0, 2_000);
    int sent = socket.send(buffer, 0, length, socket.sourceAddress(), socket.sourcePort());
    host.device.complete();
    host.stack.poll(host.clock.advance(1_000));
    if (sent != 64) {
      throw new AssertionError("sent " + sent);
    }
  }

  @Test
  void shouldEchoDatagramsWithoutGarbage() {
    assertThat(Allocations.of(() -> echo(heap))).isZero();
    assertThat(Allocations.of(() -> echo(direct))).isZero();
  }

  @Test
  void shouldSendLoansWithoutGarbage() {
    UserFree free = token -> {};
    assertThat(
            Allocations.of(
                () -> {
                  socket.sendLoan(heap, 0, 1_000, this, free, PEER_ADDRESS, PEER_PORT);
                  host.device.complete();
                  host.drain();
                }))
        .isZero();
  }

  @Test
  void shouldAlternateBetweenDestinationsWithoutGarbage() {
    int other = 0x0a000003;
    Objects.requireNonNull(host.stack.neighbors()).addStatic(host.net, other, PEER_MAC);
    assertThat(
            Allocations.of(
                () -> {
                  socket.send(heap, 0, 64, PEER_ADDRESS, PEER_PORT);
                  socket.send(heap, 0, 64, other, PEER_PORT);
                  host.device.complete();
                }))
        .isZero();
  }

  @Test
  void shouldAnswerPingsWithoutGarbage() {
    byte[] echo = Frames.icmp(8, 0, 0x00010001, Frames.pattern(56, 1));
    byte[] frame =
        Frames.ethernet(
            OUR_MAC, PEER_MAC, Frames.IPV4, Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, echo));
    assertThat(
            Allocations.of(
                () -> {
                  host.receive(frame);
                  host.device.complete();
                }))
        .isZero();
  }

  @Test
  void shouldDeliverToTwoMembersAndLoopBackWithoutGarbage() {
    int group = 0xe1010101;
    DatagramEndpoint[] members = new DatagramEndpoint[2];
    for (int i = 0; i < members.length; i++) {
      members[i] = Objects.requireNonNull(host.stack.newDatagram());
      members[i].reuseAddress(true);
      assertThat(members[i].bind(0, PEER_PORT)).isZero();
      assertThat(members[i].groups().join(group, 0)).isZero();
    }
    byte[] segment = Frames.udp(PEER_ADDRESS, 1, group, PEER_PORT, Frames.pattern(64, 1));
    byte[] frame =
        Frames.ethernet(
            0x0100_5e01_0101L,
            PEER_MAC,
            Frames.IPV4,
            Frames.ipv4(PEER_ADDRESS, group, Frames.UDP_PROTOCOL, segment));
    assertThat(
            Allocations.of(
                () -> {
                  host.receive(frame);
                  socket.send(heap, 0, 64, group, PEER_PORT);
                  host.device.complete();
                  for (DatagramEndpoint member : members) {
                    if (member.receive(heap, 0, 64) + member.receive(direct, 0, 64) != 128) {
                      throw new AssertionError("a member without its datagrams");
                    }
                  }
                }))
        .isZero();
    members[0].close();
    members[1].close();
  }

  @Test
  void shouldDropBadFramesWithoutGarbage() {
    byte[] bad = request.clone();
    bad[60] ^= 1;
    assertThat(Allocations.of(() -> host.receive(bad))).isZero();
  }
}
