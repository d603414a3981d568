package dev.trident.icmp;

import static dev.trident.testkit.StackHarness.OUR_ADDRESS;
import static dev.trident.testkit.StackHarness.PEER_ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.endpoint.EchoEndpoint;
import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.testkit.Frames;
import dev.trident.testkit.Requirement;
import dev.trident.testkit.StackHarness;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Echo requests of ours, and what comes back. */
class EchoClientTest {
  private static final long MILLISECOND = 1_000_000L;

  private final StackHarness host = new StackHarness();
  private final EchoEndpoint echo = Objects.requireNonNull(host.stack.newEcho());

  @BeforeEach
  void open() {
    host.introducePeer();
  }

  @AfterEach
  void close() {
    echo.close();
    host.drain();
    host.device.complete();
    assertThat(host.stack.pool().freeCells()).isEqualTo(host.stack.pool().cells());
    host.close();
  }

  private byte[] sendAndTake(int bytes) {
    assertThat(echo.send(PEER_ADDRESS, bytes)).isNotNegative();
    byte[] datagram = Frames.datagram(host.device.next());
    host.device.complete();
    return datagram;
  }

  private void reply(int source, byte[] request, byte[] data) {
    int rest = Frames.getInt(Frames.data(request), 4);
    host.receiveDatagram(Frames.ipv4(source, OUR_ADDRESS, 1, Frames.icmp(0, 0, rest, data)));
  }

  private void reply(byte[] request) {
    byte[] message = Frames.data(request);
    reply(PEER_ADDRESS, request, Arrays.copyOfRange(message, 8, message.length));
  }

  @Test
  @Requirement("RFC792-echo-03")
  void shouldSendRequestsWithItsIdentifierAndRisingNumbers() {
    for (int i = 0; i < 5; i++) {
      byte[] request = sendAndTake(56);
      assertThat(Frames.getInt(request, 12)).isEqualTo(OUR_ADDRESS);
      assertThat(Frames.getInt(request, 16)).isEqualTo(PEER_ADDRESS);
      assertThat(Frames.data(request))
          .isEqualTo(Frames.icmp(8, 0, echo.identifier() << 16 | i, Frames.pattern(56, 0)));
    }
    assertThat(echo.sent()).isEqualTo(5);
    assertThat(host.stack.counters().get(Counter.ICMP_ECHOS_SENT)).isEqualTo(5);
  }

  @Test
  @Requirement({"RFC1122-icmp-23", "RFC792-echo-03"})
  void shouldMeasureTheTimeUntilTheReply() {
    byte[] first = sendAndTake(56);
    host.passNanos(7 * MILLISECOND);
    reply(first);
    assertThat(echo.received()).isEqualTo(1);
    assertThat(echo.lastRoundTripNanos()).isEqualTo(7 * MILLISECOND);
    assertThat(echo.lastSequence()).isZero();
    assertThat(echo.lastDataBytes()).isEqualTo(56);
    assertThat(echo.lastTtl()).isEqualTo(64);
    assertThat(echo.readiness().isAny(Readiness.READABLE)).isTrue();
    byte[] second = sendAndTake(56);
    host.passNanos(3 * MILLISECOND);
    reply(second);
    assertThat(echo.lastRoundTripNanos()).isEqualTo(3 * MILLISECOND);
    assertThat(echo.shortestRoundTripNanos()).isEqualTo(3 * MILLISECOND);
    assertThat(echo.longestRoundTripNanos()).isEqualTo(7 * MILLISECOND);
    assertThat(echo.meanRoundTripNanos()).isEqualTo(5 * MILLISECOND);
    assertThat(echo.damaged()).isZero();
  }

  @Test
  void shouldSendAndRecogniseAllSizesThatFitAFrame() {
    for (int bytes = 0; bytes <= 1_472; bytes++) {
      byte[] request = sendAndTake(bytes);
      assertThat(Frames.data(request)).hasSize(8 + bytes);
      reply(request);
      assertThat(echo.lastDataBytes()).isEqualTo(bytes);
    }
    assertThat(echo.received()).isEqualTo(1_473);
    assertThat(echo.damaged()).isZero();
  }

  @Test
  @Requirement("RFC792-echo-03")
  void shouldLeaveRepliesAloneThatAnswerNoRequestOfIts() {
    byte[] request = sendAndTake(8);
    byte[] data = Frames.pattern(8, 0);
    reply(0x0a000009, request, data);
    int other = (echo.identifier() + 1) << 16;
    host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, Frames.icmp(0, 0, other, data)));
    int unsent = echo.identifier() << 16 | 1;
    host.receiveDatagram(
        Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, Frames.icmp(0, 0, unsent, data)));
    assertThat(echo.received()).isZero();
    assertThat(host.stack.counters().get(DropReason.ICMP_NO_ENDPOINT)).isEqualTo(3);
    reply(request);
    assertThat(echo.received()).isEqualTo(1);
  }

  @Test
  void shouldCountASecondReplyApart() {
    byte[] request = sendAndTake(8);
    reply(request);
    reply(request);
    assertThat(echo.received()).isEqualTo(1);
    assertThat(echo.duplicates()).isEqualTo(1);
  }

  @Test
  void shouldNoticeDataThatWasChangedOrCut() {
    reply(PEER_ADDRESS, sendAndTake(8), Frames.pattern(8, 1));
    assertThat(echo.damaged()).isEqualTo(1);
    reply(PEER_ADDRESS, sendAndTake(8), Frames.pattern(7, 0));
    assertThat(echo.damaged()).isEqualTo(2);
    assertThat(echo.received()).isEqualTo(2);
  }

  @Test
  void shouldForgetRequestsAfterSixtyFourMore() {
    byte[] old = sendAndTake(8);
    for (int i = 0; i < EchoEndpoint.REMEMBERED; i++) {
      sendAndTake(8);
    }
    reply(old);
    assertThat(echo.received()).isZero();
  }

  @ParameterizedTest
  @Requirement({"RFC1122-icmp-08", "RFC1122-icmp-12", "RFC1122-icmp-17", "RFC1122-icmp-18"})
  @CsvSource({
    "3, 0, NETWORK_UNREACHABLE",
    "3, 1, HOST_UNREACHABLE",
    "3, 13, HOST_UNREACHABLE",
    "11, 0, HOST_UNREACHABLE",
    "12, 0, HOST_UNREACHABLE"
  })
  void shouldTellOfErrorsAboutItsRequests(int type, int code, StackError expected) {
    byte[] request = sendAndTake(8);
    host.receiveDatagram(
        Frames.ipv4(0x0a000009, OUR_ADDRESS, 1, Frames.icmp(type, code, 0, request)));
    assertThat(echo.errors()).isEqualTo(1);
    assertThat(echo.lastErrorType()).isEqualTo(type);
    assertThat(echo.lastErrorCode()).isEqualTo(code);
    assertThat(echo.readiness().isAny(Readiness.ERROR)).isTrue();
    assertThat(echo.takeError()).isEqualTo(expected.code);
    assertThat(echo.takeError()).isZero();
    assertThat(echo.readiness().isAny(Readiness.ERROR)).isFalse();
  }

  @Test
  void shouldDisbelieveErrorsAboutRequestsThatWereNotSent() {
    byte[] request = sendAndTake(8);
    byte[] elsewhere = request.clone();
    elsewhere[19] ^= 1;
    byte[] later = request.clone();
    later[27] ^= 4;
    for (byte[] quote : new byte[][] {Frames.withIpv4Checksum(elsewhere), later}) {
      host.receiveDatagram(Frames.ipv4(PEER_ADDRESS, OUR_ADDRESS, 1, Frames.icmp(3, 1, 0, quote)));
    }
    assertThat(echo.errors()).isZero();
    assertThat(host.stack.counters().get(DropReason.ICMP_BAD_QUOTE)).isEqualTo(2);
  }

  @Test
  void shouldTellWhenNobodyHasTheAddress() {
    assertThat(echo.send(0x0a000050, 8)).isNotNegative();
    host.passSeconds(3);
    host.device.drain();
    assertThat(echo.takeError()).isEqualTo(StackError.HOST_UNREACHABLE.code);
  }

  @Test
  void shouldRefuseWhatCannotBeSent() {
    assertThat(echo.send(PEER_ADDRESS, -1)).isEqualTo(StackError.MESSAGE_TOO_LONG.code);
    assertThat(echo.send(PEER_ADDRESS, 65_508)).isEqualTo(StackError.MESSAGE_TOO_LONG.code);
    assertThat(echo.send(0xe0000001, 8)).isEqualTo(StackError.INVALID_ADDRESS.code);
    assertThat(echo.send(0xc0a80101, 8)).isEqualTo(StackError.NETWORK_UNREACHABLE.code);
    assertThat(echo.start(PEER_ADDRESS, 8, 999_999)).isEqualTo(StackError.INVALID_ARGUMENT.code);
    host.device.room(0);
    assertThat(echo.send(PEER_ADDRESS, 8)).isEqualTo(StackError.WOULD_BLOCK.code);
    assertThat(echo.sent()).isZero();
    assertThatThrownBy(() -> echo.ttl(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldSendByTheClockUntilStopped() {
    assertThat(echo.start(PEER_ADDRESS, 8, 100 * MILLISECOND)).isZero();
    host.passNanos(1_000 * MILLISECOND);
    assertThat(host.device.drain()).hasSize(11);
    echo.stop();
    host.passSeconds(1);
    assertThat(host.device.isEmpty()).isTrue();
  }

  @Test
  void shouldGoOnByTheClockWhenTheRingWasFull() {
    host.device.room(0);
    assertThat(echo.start(PEER_ADDRESS, 8, 100 * MILLISECOND))
        .isEqualTo(StackError.WOULD_BLOCK.code);
    host.passNanos(250 * MILLISECOND);
    assertThat(echo.pendingError()).as("it passes by itself").isZero();
    host.device.room(10);
    host.passNanos(100 * MILLISECOND);
    assertThat(host.device.drain()).hasSize(1);
  }

  @Test
  void shouldTellItsListenerOfEachReply() {
    List<Integer> edges = new ArrayList<>();
    echo.readiness().listen(edges::add);
    reply(sendAndTake(8));
    host.drain();
    reply(sendAndTake(8));
    host.drain();
    assertThat(edges).containsExactly(Readiness.READABLE, Readiness.READABLE);
  }

  @Test
  void shouldGiveEachClientAnIdentifierOfItsOwnAndBoundThem() {
    List<EchoEndpoint> more = new ArrayList<>();
    for (int i = 1; i < EchoClients.MAX_CLIENTS; i++) {
      more.add(Objects.requireNonNull(host.stack.newEcho()));
    }
    assertThat(host.stack.newEcho()).isNull();
    assertThat(more.stream().map(EchoEndpoint::identifier).distinct()).hasSize(63);
    assertThat(more.stream().map(EchoEndpoint::identifier)).doesNotContain(echo.identifier());
    more.getFirst().close();
    assertThat(host.stack.newEcho()).isNotNull();
    assertThatThrownBy(() -> more.getFirst().send(PEER_ADDRESS, 1))
        .isInstanceOf(IllegalStateException.class);
  }
}
