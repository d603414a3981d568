package dev.trident.link;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.OUR_MAC;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.trace.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How datagrams travel in frames (RFC 894, RFC 1122 section 2). */
class EncapsulationTest {
  private static final int PORT = 7;

  private final StackHarness host = new StackHarness();
  private final DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());

  @BeforeEach
  void open() {
    host.introducePeer();
    assertThat(socket.bind(0, PORT)).isZero();
  }

  @AfterEach
  void close() {
    socket.close();
    host.device.complete();
    host.close();
  }

  private static byte[] datagramToUs(int destination) {
    byte[] segment = Frames.udp(PEER_ADDRESS, 9, destination, PORT, new byte[8]);
    return Frames.ipv4(PEER_ADDRESS, destination, Frames.UDP_PROTOCOL, segment);
  }

  @Test
  @Requirement({"RFC1122-link-01", "RFC894-frame-01"})
  void shouldSpeakAndUnderstandEthernetTwo() {
    host.receive(Frames.ethernet(OUR_MAC, PEER_MAC, Frames.IPV4, datagramToUs(OUR_ADDRESS)));
    assertThat(socket.receivableDatagrams()).isEqualTo(1);
    assertThat(socket.send(Unpooled.wrappedBuffer(new byte[64]), 0, 64, PEER_ADDRESS, 9))
        .isEqualTo(64);
    byte[] frame = host.device.next();
    assertThat(Frames.getMac(frame, 0)).isEqualTo(PEER_MAC);
    assertThat(Frames.getMac(frame, 6)).isEqualTo(OUR_MAC);
    assertThat(Frames.etherType(frame)).isEqualTo(Frames.IPV4);
  }

  @Test
  @Requirement({"RFC894-frame-02", "RFC1122-link-03"})
  void shouldSendNoFrameWithMoreThan1500BytesOfDataAndNoTrailer() {
    ByteBuf data = Unpooled.wrappedBuffer(new byte[1_473]);
    int longest = 0;
    for (int length = 1_400; length <= 1_473; length++) {
      socket.send(data, 0, length, PEER_ADDRESS, 9);
      for (byte[] frame : host.device.drain()) {
        longest = Math.max(longest, frame.length);
        assertThat(Frames.etherType(frame)).isEqualTo(Frames.IPV4);
      }
      host.device.complete();
    }
    assertThat(longest).isEqualTo(1_514);
  }

  /** Types 0x1001 to 0x100f say how many blocks stand before the headers (RFC 893). */
  @Test
  @Requirement("RFC1122-link-03")
  void shouldNotUnderstandTrailers() {
    for (int type = 0x1000; type <= 0x100f; type++) {
      host.receive(Frames.ethernet(OUR_MAC, PEER_MAC, type, datagramToUs(OUR_ADDRESS)));
    }
    assertThat(host.stack.counters().get(DropReason.ETHERNET_UNKNOWN_TYPE)).isEqualTo(16);
    assertThat(socket.receivableDatagrams()).isZero();
  }

  @Test
  @Requirement("RFC1122-link-04")
  void shouldTellIpThatAFrameWasBroadcast() {
    byte[] toUs = datagramToUs(OUR_ADDRESS);
    host.receive(Frames.ethernet(Frames.BROADCAST_MAC, PEER_MAC, Frames.IPV4, toUs));
    assertThat(host.stack.counters().get(DropReason.IP_BAD_DESTINATION)).isEqualTo(1);
    assertThat(socket.receivableDatagrams()).isZero();
    byte[] toAll = datagramToUs(-1);
    host.receive(Frames.ethernet(Frames.BROADCAST_MAC, PEER_MAC, Frames.IPV4, toAll));
    assertThat(socket.receivableDatagrams()).isEqualTo(1);
  }
}
