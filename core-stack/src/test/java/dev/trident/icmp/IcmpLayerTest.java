package dev.trident.icmp;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.DatagramEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IcmpLayerTest {
  private static final int CLOSED_PORT = 9;

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

  private void ping(byte[] options, byte[] data) {
    byte[] echo = Frames.icmp(8, 0, 0x00070001, data);
    host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, options, 0, echo));
  }

  // ---- echo
  // ---------------------------------------------------------------------------------------

  @Test
  @Requirement({"RFC1122-icmp-22", "RFC792-message-01", "SEC-TRECK2020-02"})
  void shouldReturnAllDataOfAnySize() {
    for (int length = 0; length <= 1_472; length += length < 20 ? 1 : 11) {
      byte[] data = Frames.pattern(length, 5);
      ping(new byte[0], data);
      byte[] frame = host.device.next();
      assertThat(frame.length).isEqualTo(Math.max(60, 42 + length));
      byte[] reply = Frames.datagram(frame);
      assertThat(Frames.data(reply)).isEqualTo(Frames.icmp(0, 0, 0x00070001, data));
      assertThat(Frames.getByte(reply, 8)).isEqualTo(64);
      host.device.complete();
    }
  }

  /** RFC 1624 section 5: an update that comes to 0 is wrong if everything else is zero, too. */
  @Test
  void shouldSumAReplyThatIsAllZeros() {
    host.receiveDatagram(
        Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, Frames.icmp(8, 0, 0, new byte[8])));
    byte[] reply = Frames.data(Frames.datagram(host.device.next()));
    assertThat(reply).isEqualTo(Frames.icmp(0, 0, 0, new byte[8]));
  }

  @Test
  @Requirement({"SEC-NUCLEUS13-01", "SEC-NUCLEUS13-02", "RFC1122-ip-15"})
  void shouldReplyToTheSourceWithoutAnyOption() {
    byte[] recordRouteAndTimestamp = {7, 7, 4, 0, 0, 0, 0, 68, 8, 5, 0, 0, 0, 0, 0, 0};
    ping(recordRouteAndTimestamp, Frames.pattern(8, 1));
    byte[] reply = Frames.datagram(host.device.next());
    assertThat(Frames.getByte(reply, 0)).isEqualTo(0x45);
    assertThat(Frames.getInt(reply, 16)).isEqualTo(PEER_ADDRESS);
    assertThat(Frames.data(reply)).isEqualTo(Frames.icmp(0, 0, 0x00070001, Frames.pattern(8, 1)));
  }

  @Test
  void shouldCountAPingThatTheFullRingKeepsUnanswered() {
    host.device.room(0);
    ping(new byte[0], new byte[8]);
    assertThat(host.stack.counters().get(DropReason.DEVICE_RING_FULL)).isEqualTo(1);
    assertThat(host.stack.counters().get(Counter.ICMP_ECHO_REPLIES_SENT)).isZero();
  }

  // ---- errors sent
  // --------------------------------------------------------------------------------

  @Test
  @Requirement({
    "RFC1122-icmp-02",
    "RFC1122-icmp-09",
    "RFC1122-icmp-11",
    "RFC1122-udp-01",
    "RFC792-message-02",
    "RFC792-message-04",
    "RFC792-unreach-01"
  })
  void shouldAnswerAClosedPortByPortUnreachable() {
    byte[] segment = Frames.udp(PEER_ADDRESS, 4_000, OUR_ADDRESS, CLOSED_PORT, new byte[50]);
    byte[] offending = Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 17, segment);
    host.receiveDatagram(offending);
    byte[] error = Frames.datagram(host.device.next());
    assertThat(Frames.getByte(error, 1)).isZero();
    assertThat(Frames.data(error)).isEqualTo(Frames.icmp(3, 3, 0, offending));
  }

  @Test
  @Requirement({"SEC-RESOURCE-06", "SEC-RIPPLE20-06"})
  void shouldQuoteAtMostWhatKeepsTheErrorBelow576Bytes() {
    host.receiveUdp(4_000, CLOSED_PORT, new byte[1_400]);
    byte[] error = Frames.datagram(host.device.next());
    assertThat(error.length).isBetween(500, 575);
    assertThat(host.device.isEmpty()).isTrue();
  }

  @Test
  @Requirement({"RFC1122-icmp-10", "SEC-URGENT11-01"})
  void shouldAnswerAnUnknownProtocolQuotingItsOptionsAsTheyCame() {
    byte[] options = {7, 7, 4, 0, 0, 0, 0, 0};
    byte[] offending = Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 132, options, 0, new byte[30]);
    host.receiveDatagram(offending);
    byte[] error = Frames.datagram(host.device.next());
    assertThat(Frames.getByte(error, 0)).isEqualTo(0x45);
    assertThat(Frames.data(error)).isEqualTo(Frames.icmp(3, 2, 0, offending));
  }

  @Test
  @Requirement({"RFC1122-icmp-03", "RFC1122-icmp-04", "RFC1122-icmp-05", "RFC1122-icmp-06"})
  void shouldSendNoErrorAboutErrorsGroupsAndFragments() {
    byte[] quote = Frames.ipv4(OUR_ADDRESS, PEER_ADDRESS, 17, new byte[8]);
    host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, Frames.icmp(3, 3, 0, quote)));
    for (int destination : new int[] {-1, 0x0a0000ff}) {
      byte[] segment = Frames.udp(PEER_ADDRESS, 4_000, destination, CLOSED_PORT, new byte[9]);
      byte[] datagram = Frames.ipv4(PEER_ADDRESS, destination, 17, segment);
      host.receiveDatagram(datagram);
      host.receive(Frames.ethernet(Frames.BROADCAST_MAC, 0x0200_0000_0002L, Frames.IPV4, datagram));
    }
    host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 132, new byte[0], 5, new byte[30]));
    assertThat(host.device.isEmpty()).isTrue();
    assertThat(host.stack.counters().get(Counter.ICMP_ERRORS_SUPPRESSED)).isEqualTo(5);
  }

  @Test
  @Requirement({"SEC-LADDER-12", "SEC-LADDER-13"})
  void shouldLimitTheRateOfErrorsWithoutTouchingDelivery() {
    DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
    socket.bind(0, 7);
    for (int i = 0; i < 200; i++) {
      host.receiveUdp(4_000, CLOSED_PORT, new byte[9]);
      host.receiveUdp(4_000, 7, new byte[9]);
    }
    assertThat(host.device.drain()).hasSize(20);
    assertThat(socket.receivableDatagrams()).isEqualTo(200);
    host.passSeconds(1);
    for (int i = 0; i < 200; i++) {
      host.receiveUdp(4_000, CLOSED_PORT, new byte[9]);
    }
    assertThat(host.device.drain()).hasSize(20);
    host.clock.advanceMillis(50);
    for (int i = 0; i < 200; i++) {
      host.receiveUdp(4_000, CLOSED_PORT, new byte[9]);
    }
    assertThat(host.device.drain()).hasSize(5);
    socket.close();
  }

  // ---- errors received
  // ----------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "3, 0, NETWORK_UNREACHABLE",
    "3, 1, HOST_UNREACHABLE",
    "3, 2, CONNECTION_REFUSED",
    "3, 3, CONNECTION_REFUSED",
    "3, 4, MESSAGE_TOO_LONG",
    "3, 13, HOST_UNREACHABLE",
    "11, 0, HOST_UNREACHABLE",
    "12, 0, HOST_UNREACHABLE"
  })
  @Requirement({
    "RFC1122-icmp-08",
    "RFC1122-icmp-12",
    "RFC1122-icmp-17",
    "RFC1122-icmp-18",
    "RFC1122-udp-03"
  })
  void shouldTellTheSocketOfErrorsAboutItsDatagrams(int type, int code, StackError expected) {
    DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
    socket.bind(0, 7);
    ByteBuf data = Unpooled.buffer(100).writeZero(100);
    socket.send(data, 0, 100, PEER_ADDRESS, 4_000);
    byte[] quote = Arrays.copyOf(Frames.datagram(host.device.next()), 28);
    host.receiveDatagram(
        Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, Frames.icmp(type, code, 0, quote)));
    assertThat(socket.readiness().isAny(Readiness.ERROR)).isTrue();
    assertThat(socket.pendingError()).isEqualTo(expected.code);
    assertThat(socket.takeError()).isEqualTo(expected.code);
    assertThat(socket.lastErrorAddress()).isEqualTo(PEER_ADDRESS);
    assertThat(socket.lastErrorPort()).isEqualTo(4_000);
    assertThat(socket.pendingError()).isZero();
    assertThat(socket.readiness().isAny(Readiness.ERROR | Readiness.READABLE)).isFalse();
    socket.close();
  }

  @Test
  @Requirement("RFC5927-icmp-06")
  void shouldIgnoreErrorsAboutDatagramsThatAConnectedSocketNeverSent() {
    DatagramEndpoint socket = Objects.requireNonNull(host.stack.newDatagram());
    socket.bind(0, 7);
    socket.connect(PEER_ADDRESS, 4_000);
    byte[] segment = Frames.udp(OUR_ADDRESS, 7, PEER_ADDRESS, 4_001, new byte[0]);
    byte[] quote = Frames.ipv4(OUR_ADDRESS, PEER_ADDRESS, 17, segment);
    host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, Frames.icmp(3, 3, 0, quote)));
    assertThat(socket.pendingError()).isZero();
    assertThat(host.stack.counters().get(DropReason.ICMP_NO_ENDPOINT)).isEqualTo(1);
    socket.close();
  }

  // ---- timestamps -------------------------------------------------------------------------------

  private void askTheTime(int code, byte[] data) {
    byte[] request = Frames.icmp(13, code, 0x00070001, data);
    host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, request));
  }

  @Test
  @Requirement("RFC792-timestamp-01")
  void shouldTellTheTimeOfTheDayOnlyWhenToldTo() {
    byte[] stamps = stamps(0x01234567, 0);
    askTheTime(0, stamps);
    assertThat(host.device.isEmpty()).isTrue();
    assertThat(host.stack.counters().get(DropReason.ICMP_UNKNOWN_TYPE)).isEqualTo(1);

    long days = 20_000L * 86_400_000_000_000L;
    host.stack.answerTimestamps(
        days - host.clock.nowNanos() - 1_000_000); // a millisecond to midnight
    askTheTime(0, stamps);
    byte[] before = Frames.data(Frames.datagram(host.device.next()));
    host.passNanos(3_000_000);
    askTheTime(0, Arrays.copyOf(stamps, 40)); // what lies behind the stamps does not come back
    byte[] after = Frames.data(Frames.datagram(host.device.next()));
    assertThat(before).isEqualTo(timestampReply(86_399_999));
    assertThat(after).isEqualTo(timestampReply(2));
  }

  private static byte[] timestampReply(int millis) {
    return Frames.icmp(14, 0, 0x00070001, stamps(0x01234567, millis));
  }

  private static byte[] stamps(int originate, int others) {
    return ByteBuffer.allocate(12).putInt(originate).putInt(others).putInt(others).array();
  }

  @Test
  void shouldRefuseARequestForTheTimeThatIsNone() {
    host.stack.answerTimestamps(0);
    askTheTime(0, new byte[11]);
    askTheTime(1, new byte[12]);
    byte[] request = Frames.icmp(13, 0, 1, new byte[12]);
    host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, -1, 1, request));
    assertThat(host.device.isEmpty()).isTrue();
    assertThat(host.stack.counters().get(DropReason.ICMP_TRUNCATED)).isEqualTo(1);
    assertThat(host.stack.counters().get(DropReason.ICMP_BAD_CODE)).isEqualTo(1);
    assertThat(host.stack.counters().get(DropReason.ICMP_BROADCAST_ECHO)).isEqualTo(1);
  }
}
