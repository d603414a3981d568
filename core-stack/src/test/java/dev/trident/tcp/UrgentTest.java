package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.Readiness;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.testkit.Requirement;
import dev.trident.wire.TcpHeader;
import org.junit.jupiter.api.Test;

/** Urgent data in both directions (RFC 9293 section 3.8.5, RFC 6093). */
class UrgentTest extends Script {
  private static final int PSH = TcpHeader.PSH;

  private static int sendUrgent(StreamEndpoint stream, String text) {
    return stream.send(bytes(text), 0, text.length(), StreamEndpoint.SEND_URGENT);
  }

  private StreamEndpoint outOfLine() {
    StreamEndpoint stream = established();
    stream.urgentInLine(false);
    return stream;
  }

  private static boolean isUrgent(StreamEndpoint stream) {
    return stream.readiness().isAny(Readiness.URGENT);
  }

  // ---- sending ----------------------------------------------------------------------------

  @Test
  @Requirement({"RFC9293-urgent-01", "RFC9293-urgent-05", "RFC6093-urgent-01"})
  void shouldPointBehindTheLastOctetOfAnUrgentSend() {
    StreamEndpoint stream = established();
    assertThat(sendUrgent(stream, "abc")).isEqualTo(3);
    peer.expects(Seg.psh().seq(1).data("abc").urgent(3));
    send(stream, "de");
    peer.sends(Seg.ack().seq(1).ack(4));
    peer.expects(Seg.psh().seq(4).data("de"));
  }

  /** Nagle's algorithm would keep from the peer what is said to be urgent. */
  @Test
  void shouldNotHoldUrgentDataBack() {
    StreamEndpoint stream = established();
    send(stream, "a");
    peer.expects(Seg.psh().seq(1).data("a"));
    send(stream, "b");
    peer.expectsNothing();
    sendUrgent(stream, "c");
    peer.expects(Seg.psh().seq(2).data("bc").urgent(2));
  }

  /** What is in flight already is urgent too: a copy of it says so. */
  @Test
  void shouldPointFromEverySegmentBeforeTheMarkAndFromNoneBehindIt() {
    StreamEndpoint stream = established();
    send(stream, "a");
    peer.expects(Seg.psh().seq(1).data("a"));
    sendUrgent(stream, "b");
    peer.expects(Seg.psh().seq(2).data("b").urgent(1));
    host.advance(200 * MILLIS);
    peer.expects(Seg.ack().seq(1).data("a").urgent(2));
    peer.expects(Seg.psh().seq(2).data("b").urgent(1));
    peer.sends(Seg.ack().seq(1).ack(3));
    send(stream, "c");
    peer.expects(Seg.psh().seq(3).data("c"));
    peer.expectsNothing();
  }

  /** The pointer has 16 bits: until the end can be said, it is what has not been sent yet. */
  @Test
  @Requirement("RFC9293-urgent-02")
  void shouldPointAsFarAsItCanWhenTheEndIsFartherAway() {
    SendUrgent urgent = new SendUrgent();
    urgent.mark(-10 + 100_000);
    assertThat(urgent.pointer(-10, -10)).isEqualTo(65_535);
    assertThat(urgent.pointer(-10, -10 + 65_534)).isEqualTo(65_535);
    assertThat(urgent.pointer(-10, -10 + 65_535)).as("its octet is under way unmarked").isZero();
    assertThat(urgent.pointer(-10 + 34_465, 80_000)).isEqualTo(65_535);
    assertThat(urgent.pointer(-10 + 34_466, 80_000)).isEqualTo(65_534);
    assertThat(urgent.pointer(-10 + 100_000, -10 + 100_000)).isZero();
  }

  @Test
  void shouldForgetTheMarkWhenItIsAcknowledged() {
    SendUrgent urgent = new SendUrgent();
    urgent.mark(7);
    urgent.onAcknowledged(6);
    assertThat(urgent.isPending()).isTrue();
    urgent.onAcknowledged(7);
    assertThat(urgent.isPending()).isFalse();
    assertThat(urgent.pointer(Integer.MIN_VALUE + 8, Integer.MIN_VALUE + 8)).isZero();
  }

  /** A call that is taken in parts marks its own end, not the end of a part. */
  @Test
  void shouldMarkNothingUntilAllOfTheCallIsTaken() {
    StreamEndpoint stream = established();
    stream.sendBufferBytes(1_460);
    assertThat(sendUrgent(stream, "x".repeat(1_463))).isEqualTo(1_460);
    peer.expects(Seg.psh().seq(1).length(1_460));
    peer.sends(Seg.ack().seq(1).ack(1_461));
    assertThat(sendUrgent(stream, "xyz")).isEqualTo(3);
    peer.expects(Seg.psh().seq(1_461).length(3).urgent(3));
  }

  // ---- receiving --------------------------------------------------------------------------

  @Test
  @Requirement({"RFC6093-urgent-02", "RFC9293-urgent-03", "RFC9293-urgent-04"})
  void shouldKeepUrgentDataInLineAndSayHowFarItGoes() {
    StreamEndpoint stream = established();
    assertThat(stream.urgentOffset()).isEqualTo(-1);
    peer.sends(Seg.psh().seq(1).ack(1).data("abcd").urgent(3));
    assertThat(isUrgent(stream)).isTrue();
    assertThat(stream.urgentOffset()).isEqualTo(2);
    assertError(stream.receiveUrgent(false), StackError.INVALID_ARGUMENT);
    assertThat(read(stream)).isEqualTo("ab");
    assertThat(stream.urgentOffset()).isZero();
    assertThat(isUrgent(stream)).isTrue();
    assertThat(read(stream)).isEqualTo("cd");
    assertThat(stream.urgentOffset()).isEqualTo(-1);
    assertThat(isUrgent(stream)).isFalse();
  }

  /** The notice is due with the pointer, though the octet itself comes later. */
  @Test
  @Requirement("RFC9293-urgent-03")
  void shouldTellBeforeTheOctetHasComeAndAgainWhenTheMarkMovesOn() {
    StreamEndpoint stream = established();
    int[] told = {0};
    stream.readiness().listen(edges -> told[0] += (edges & Readiness.URGENT) == 0 ? 0 : 1);
    peer.sends(Seg.ack().seq(1).ack(1).urgent(5));
    assertThat(told[0]).isEqualTo(1);
    assertThat(stream.urgentOffset()).isEqualTo(4);
    peer.sends(Seg.psh().seq(1).ack(1).data("ab").urgent(5));
    assertThat(told[0]).isEqualTo(1);
    peer.sends(Seg.psh().seq(3).ack(1).data("cd").urgent(4));
    assertThat(told[0]).isEqualTo(2);
    assertThat(stream.urgentOffset()).isEqualTo(5);
  }

  @Test
  @Requirement("RFC9293-urgent-07")
  void shouldNeverMoveTheMarkBack() {
    StreamEndpoint stream = established();
    peer.sends(Seg.psh().seq(1).ack(1).data("abcdef").urgent(6));
    peer.sends(Seg.psh().seq(1).ack(1).data("abcdefg").urgent(2));
    assertThat(stream.urgentOffset()).isEqualTo(5);
    stream.consume(7);
    peer.sends(Seg.psh().seq(5).ack(1).data("efgh").urgent(3));
    assertThat(stream.urgentOffset()).isEqualTo(-1);
    assertThat(isUrgent(stream)).isFalse();
  }

  @Test
  void shouldTakeTheOctetOutOfTheStreamWhereverItLies() {
    for (int at = 0; at < 3; at++) {
      StreamEndpoint stream = new UrgentTest().receivedOutOfLine(at);
      String rest = "abc".substring(0, at) + "abc".substring(at + 1);
      assertThat(stream.urgentOffset()).isEqualTo(at);
      assertThat(stream.receivableBytes()).isEqualTo(2);
      assertThat(stream.receiveUrgent(true)).isEqualTo('a' + at);
      assertThat(isUrgent(stream)).isTrue();
      assertThat(stream.receiveUrgent(false)).isEqualTo('a' + at);
      assertThat(isUrgent(stream)).isFalse();
      assertError(stream.receiveUrgent(false), StackError.INVALID_ARGUMENT);
      String before = at == 0 ? "" : read(stream);
      assertThat(before + (at == 2 ? "" : read(stream))).isEqualTo(rest);
      assertThat(before).hasSize(at);
    }
  }

  private StreamEndpoint receivedOutOfLine(int at) {
    StreamEndpoint stream = outOfLine();
    peer.sends(Seg.psh().seq(1).ack(1).data("abc").urgent(at + 1));
    return stream;
  }

  @Test
  void shouldFindTheOctetBehindAGapAndInALaterPacket() {
    StreamEndpoint stream = outOfLine();
    peer.sends(Seg.psh().seq(4).ack(1).data("defg").urgent(2));
    assertThat(isUrgent(stream)).isTrue();
    assertError(stream.receiveUrgent(false), StackError.WOULD_BLOCK);
    peer.sends(Seg.psh().seq(1).ack(1).data("abc"));
    assertThat(stream.receiveUrgent(false)).isEqualTo('e');
    assertThat(read(stream)).isEqualTo("abcd");
    assertThat(stream.urgentOffset()).isZero();
    assertThat(read(stream)).isEqualTo("fg");
    assertThat(stream.urgentOffset()).isEqualTo(-1);
  }

  /** A packet with nothing but the urgent octet leaves an empty queue: there is nothing to read. */
  @Test
  void shouldNotBeReadableForTheUrgentOctetAlone() {
    StreamEndpoint stream = outOfLine();
    peer.sends(Seg.psh().seq(1).ack(1).data("!").urgent(1));
    assertThat(stream.readiness().isAny(Readiness.READABLE)).isFalse();
    assertThat(stream.receivablePackets()).isZero();
    assertThat(read(stream)).isEqualTo("WOULD_BLOCK");
    assertThat(stream.receiveUrgent(false)).isEqualTo('!');
    peer.sends(Seg.psh().seq(2).ack(1).data("ab"));
    assertThat(read(stream)).isEqualTo("ab");
  }

  @Test
  void shouldTakeTheOctetOutWhenTheUserAsksForItLater() {
    StreamEndpoint stream = established();
    peer.sends(Seg.psh().seq(1).ack(1).data("ab!c").urgent(3));
    stream.urgentInLine(false);
    assertThat(stream.receiveUrgent(false)).isEqualTo('!');
    assertThat(read(stream)).isEqualTo("ab");
    assertThat(read(stream)).isEqualTo("c");
  }

  @Test
  void shouldEndTheUrgencyWhenTheUserReadsPastTheMark() {
    StreamEndpoint stream = outOfLine();
    peer.sends(Seg.psh().seq(1).ack(1).data("a!b").urgent(2));
    assertThat(read(stream)).isEqualTo("a");
    assertThat(isUrgent(stream)).isTrue();
    assertThat(read(stream)).isEqualTo("b");
    assertThat(isUrgent(stream)).isFalse();
    assertThat(stream.receiveUrgent(false)).as("kept until another comes").isEqualTo('!');
  }

  /** A mark that the peer's FIN makes impossible ends with it. */
  @Test
  @Requirement({"SEC-INFRAHALT-03", "SEC-AMNESIA33-04"})
  void shouldForgetAMarkBehindTheEndOfTheStream() {
    StreamEndpoint stream = established();
    peer.sends(Seg.fin().and(PSH).seq(1).ack(1).data("ab").urgent(65_535));
    assertThat(stream.urgentOffset()).isEqualTo(-1);
    assertThat(isUrgent(stream)).isFalse();
    assertThat(read(stream)).isEqualTo("ab");
    assertThat(stream.atEndOfStream()).isTrue();
  }

  @Test
  @Requirement({"RFC6093-urgent-03", "SEC-URGENT11-03"})
  void shouldTakeAClearedPointerForOrdinaryData() {
    StreamEndpoint stream = outOfLine();
    peer.sends(Seg.psh().seq(1).ack(1).data("abc").urgent(0));
    assertThat(isUrgent(stream)).isFalse();
    assertThat(read(stream)).isEqualTo("abc");
  }

  @Test
  @Requirement("SEC-URGENT11-05")
  void shouldIgnoreUrgencyInASyn() {
    StreamEndpoint stream = established(Seg.synAck().mss(1_460).urgent(5));
    assertThat(stream.urgentOffset()).isEqualTo(-1);
    assertThat(isUrgent(stream)).isFalse();
  }

  /** An authentication option (kind 29) of each length, right or wrong, says nothing of urgency. */
  @Test
  @Requirement("SEC-URGENT11-04")
  void shouldNotTakeUrgencyFromAMalformedAuthenticationOption() {
    StreamEndpoint stream = outOfLine();
    int seq = 1;
    for (int length = 0; length <= 44; length++) {
      peer.sends(Seg.psh().seq(seq).ack(1).data("ab").options(29, length, 0xff, 0xff));
      seq += 2;
      assertThat(isUrgent(stream)).as("length %d", length).isFalse();
      assertThat(stream.urgentOffset()).isEqualTo(-1);
    }
    assertThat(stream.receivableBytes()).isEqualTo(seq - 1);
    peer.sends(Seg.psh().seq(seq).ack(1).urgent(2).data("cd"));
    int mark = stream.urgentOffset();
    assertThat(isUrgent(stream)).isTrue();
    peer.sends(Seg.psh().seq(seq + 2).ack(1).data("ef").options(29, 1, 0xff, 0xff));
    assertThat(isUrgent(stream)).isTrue();
    assertThat(stream.urgentOffset()).isEqualTo(mark);
  }
}
