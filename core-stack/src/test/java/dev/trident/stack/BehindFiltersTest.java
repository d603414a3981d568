package dev.trident.stack;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.OUR_MAC;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_MAC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.TcpProfile;
import dev.trident.link.NetInterface;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.trace.DropReason;
import dev.trident.wire.TcpHeader;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A stack behind the filters of an adapter, which shares its addresses with the host's own. */
class BehindFiltersTest {
  private static final int SERVER_PORT = 80;
  private static final int PEER_PORT = 4_000;
  private static final int ELSEWHERE = 0xc0a80909;
  private static final byte[] NONE = {};

  /** Two no-operations and an option of a kind that nobody knows. */
  private static final byte[] IP_OPTIONS = {1, 1, (byte) 0x9e, 6, 1, 2, 3, 4};

  private static StackHarness host() {
    StackConfig config =
        new StackConfig("test", 1, 512, 256, 64, 16, 4, 16, 16, 16, false, TcpProfile.TCPDIRECT);
    StackHarness host = new StackHarness(config, NetInterface.NO_VLAN);
    host.introducePeer();
    return host;
  }

  private static StreamListener listen(StackHarness host) {
    StreamListener listener = Objects.requireNonNull(host.stack.newListener());
    assertThat(listener.bind(OUR_ADDRESS, SERVER_PORT)).isZero();
    assertThat(listener.listen(4)).isZero();
    return listener;
  }

  private static void receive(
      StackHarness host, int from, byte[] ipOptions, int seq, int ack, int flags, byte[] data) {
    byte[] segment =
        Frames.tcp(from, PEER_PORT, OUR_ADDRESS, SERVER_PORT, seq, ack, flags, NONE, data);
    byte[] datagram = Frames.ipv4(from, OUR_ADDRESS, Frames.TCP_PROTOCOL, ipOptions, 0, segment);
    host.receive(Frames.ethernet(OUR_MAC, PEER_MAC, Frames.IPV4, datagram));
    host.stack.poll(host.clock.nowNanos());
    host.drain();
  }

  /** It may be the host's own stack that has the port: it will say so, or send the RST. */
  @Test
  @Requirement("ZF-tcp-engine-20")
  void shouldNotResetWhatNobodyHereWants() {
    try (StackHarness host = host()) {
      int[] flags = {TcpHeader.SYN, TcpHeader.ACK, TcpHeader.FIN | TcpHeader.ACK, TcpHeader.RST};
      for (int each : flags) {
        receive(host, PEER_ADDRESS, NONE, 100, 200, each, NONE);
      }
      host.passSeconds(10);
      assertThat(host.device.isEmpty()).as("silence").isTrue();
      assertThat(host.stack.counters().get(DropReason.TCP_NO_ENDPOINT)).isEqualTo(flags.length);
    }
  }

  @Test
  @Requirement("ZF-tcp-engine-19")
  void shouldDropASynThatItHasNoWayToAnswer() {
    try (StackHarness host = host()) {
      StreamListener listener = listen(host);
      int free = host.stack.pool().freeCells();
      receive(host, ELSEWHERE, NONE, 100, 0, TcpHeader.SYN, NONE);
      host.passSeconds(10);
      assertThat(host.device.isEmpty()).as("silence").isTrue();
      assertThat(listener.acceptable()).isZero();
      assertThat(host.stack.pool().freeCells()).isEqualTo(free);
    }
  }

  @Test
  @Requirement("ZF-tcp-engine-21")
  void shouldSkipIpOptionsByTheLengthOfTheHeader() {
    try (StackHarness host = host()) {
      StreamListener listener = listen(host);
      receive(host, PEER_ADDRESS, IP_OPTIONS, 100, 0, TcpHeader.SYN, NONE);
      int iss = Frames.getInt(Frames.data(Frames.datagram(host.device.next())), 4);
      receive(host, PEER_ADDRESS, IP_OPTIONS, 101, iss + 1, TcpHeader.ACK, new byte[10]);
      StreamEndpoint stream = Objects.requireNonNull(listener.accept());
      assertThat(stream.receivableBytes()).isEqualTo(10);
      stream.abort();
    }
  }
}
