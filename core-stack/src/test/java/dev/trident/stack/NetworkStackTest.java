package dev.trident.stack;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.OUR_MAC;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NetworkStackTest {
  private final StackHarness host = new StackHarness();

  @AfterEach
  void close() {
    host.device.complete();
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());
    host.close();
  }

  @Test
  @Requirement({"RFC826-arp-05", "RFC826-arp-06"})
  void shouldAnswerArpRequestForOwnAddress() {
    host.receive(
        Frames.ethernet(
            Frames.BROADCAST_MAC,
            PEER_MAC,
            Frames.ARP,
            Frames.arp(1, PEER_MAC, PEER_ADDRESS, 0, OUR_ADDRESS)));
    byte[] reply = host.device.next();
    assertThat(reply)
        .isEqualTo(
            Frames.ethernet(
                PEER_MAC,
                OUR_MAC,
                Frames.ARP,
                Frames.arp(2, OUR_MAC, OUR_ADDRESS, PEER_MAC, PEER_ADDRESS)));
  }

  @Test
  @Requirement({"RFC792-echo-01", "RFC792-echo-02", "RFC1122-icmp-19", "RFC1122-icmp-21"})
  void shouldAnswerPing() {
    host.introducePeer();
    byte[] echo = Frames.icmp(8, 0, 0x11112222, Frames.pattern(56, 3));
    host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, echo));
    byte[] reply = Frames.datagram(host.device.next());
    assertThat(Frames.getInt(reply, 12)).isEqualTo(OUR_ADDRESS);
    assertThat(Frames.getInt(reply, 16)).isEqualTo(PEER_ADDRESS);
    assertThat(Frames.data(reply)).isEqualTo(Frames.icmp(0, 0, 0x11112222, Frames.pattern(56, 3)));
  }

  @Test
  void shouldExchangeUdpBothWays() {
    host.introducePeer();
    DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
    assertThat(socket.bind(0, 7)).isZero();
    host.receiveUdp(4_000, 7, Frames.pattern(100, 1));
    ByteBuf buffer = Unpooled.buffer(2_000);
    assertThat(socket.receive(buffer, 0, 2_000)).isEqualTo(100);
    assertThat(socket.sourceAddress()).isEqualTo(PEER_ADDRESS);
    assertThat(socket.sourcePort()).isEqualTo(4_000);
    assertThat(socket.send(buffer, 0, 100, PEER_ADDRESS, 4_000)).isEqualTo(100);
    assertThat(Frames.udpPayload(host.device.next())).isEqualTo(Frames.pattern(100, 1));
    socket.close();
  }
}
