package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.TcpInfo;
import dev.trident.endpoint.TcpProfile;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Segments follow the path (RFC 1191, RFC 5927 section 7). */
class PathMtuDiscoveryTest extends Script {
  private static final int[] SACK_PERMITTED = {4, 2, 1, 1};
  private static final int[] SACK_OF_SECOND = {1, 1, 5, 10};

  private static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ((i * 31) >>> 3);
    }
    return bytes;
  }

  private static byte[] join(List<byte[]> parts) {
    ByteBuf all = Unpooled.buffer();
    parts.forEach(all::writeBytes);
    byte[] bytes = new byte[all.readableBytes()];
    all.readBytes(bytes);
    return bytes;
  }

  private static int cwnd(StreamEndpoint stream) {
    TcpInfo info = new TcpInfo();
    stream.info(info);
    return info.cwndBytes;
  }

  @Test
  @Requirement({"RFC1191-pmtud-01", "RFC1191-pmtud-02", "RFC1191-pmtud-07", "RFC1191-pmtud-08"})
  void shouldCutAndSendAgainWhatIsInFlightAndWhatIsQueued() {
    StreamEndpoint stream = established(Seg.synAck().wnd(2_920).mss(1_460));
    byte[] data = pattern(5_000);
    assertThat(stream.send(Unpooled.wrappedBuffer(data), 0, data.length, 0)).isEqualTo(5_000);
    peer.expects(Seg.ack().seq(1).length(1_460));
    peer.expects(Seg.ack().seq(1_461).length(1_460));
    peer.expectsNothing();
    int window = cwnd(stream);
    host.tooBig(peer, 1, 1_040);
    List<byte[]> parts = new ArrayList<>();
    parts.add(peer.expects(Seg.ack().seq(1).length(1_000)).data);
    assertThat(host.ip.dontFragment).isTrue();
    parts.add(peer.expects(Seg.ack().seq(1_001).length(460)).data);
    parts.add(peer.expects(Seg.ack().seq(1_461).length(1_000)).data);
    parts.add(peer.expects(Seg.ack().seq(2_461).length(460)).data);
    peer.expectsNothing();
    assertThat(cwnd(stream)).isEqualTo(window);
    assertThat(stream.mss()).isEqualTo(1_000);
    peer.sends(Seg.ack().seq(1).ack(2_921));
    parts.add(peer.expects(Seg.ack().seq(2_921).length(1_000)).data);
    parts.add(peer.expects(Seg.ack().seq(3_921).length(1_000)).data);
    peer.sends(Seg.ack().seq(1).ack(4_921));
    parts.add(peer.expects(Seg.psh().seq(4_921).length(80)).data);
    assertThat(join(parts)).isEqualTo(data);
    assertThat(host.count(Counter.TCP_PATH_MTU_LOWERED)).isEqualTo(1);
  }

  /** A user's buffer is cut without copying, and returns once everything is acknowledged. */
  @Test
  void shouldCutALoan() {
    StreamEndpoint stream = established();
    stream.noDelay(true);
    byte[] data = pattern(2_000);
    List<Object> freed = new ArrayList<>();
    ByteBuf buffer = Unpooled.wrappedBuffer(data);
    assertThat(stream.sendLoan(buffer, 0, 2_000, "token", freed::add, 0)).isEqualTo(2_000);
    peer.expects(Seg.ack().seq(1).length(1_460));
    peer.expects(Seg.psh().seq(1_461).length(540));
    host.tooBig(peer, 1, 640);
    List<byte[]> parts = new ArrayList<>();
    parts.add(peer.expects(Seg.ack().seq(1).length(600)).data);
    parts.add(peer.expects(Seg.ack().seq(601).length(600)).data);
    parts.add(peer.expects(Seg.ack().seq(1_201).length(260)).data);
    parts.add(peer.expects(Seg.psh().seq(1_461).length(540)).data);
    assertThat(join(parts)).isEqualTo(data);
    assertThat(freed).isEmpty();
    peer.sends(Seg.ack().seq(1).ack(2_001));
    assertThat(freed).containsExactly("token");
    assertThat(host.pool.freeCells()).isEqualTo(host.pool.cells());
  }

  /** With SACK only what was too big is sent again, and what has arrived is left alone. */
  @Test
  void shouldLeaveAloneWhatThePeerHas() {
    StreamEndpoint stream = synSent();
    host.advance(20 * MILLIS);
    peer.sends(Seg.synAck().seq(0).ack(1).mss(1_460).options(SACK_PERMITTED));
    peer.expects(Seg.ack());
    send(stream, 1_460 * 3);
    peer.expects(Seg.ack().seq(1).length(1_460));
    peer.expects(Seg.ack().seq(1_461).length(1_460));
    peer.expects(Seg.psh().seq(2_921).length(1_460));
    host.advance(20 * MILLIS);
    int left = peer.hostIss + 1_461;
    int right = left + 1_460;
    int[] options = new int[12];
    System.arraycopy(SACK_OF_SECOND, 0, options, 0, 4);
    for (int i = 0; i < 4; i++) {
      options[4 + i] = left >>> (24 - 8 * i);
      options[8 + i] = right >>> (24 - 8 * i);
    }
    peer.sends(Seg.ack().seq(1).ack(1).options(options));
    peer.expectsNothing();
    host.tooBig(peer, 1, 1_240);
    peer.expects(Seg.ack().seq(1).length(1_200));
    peer.expects(Seg.ack().seq(1_201).length(260));
    peer.expects(Seg.ack().seq(2_921).length(1_200));
    peer.expects(Seg.psh().seq(4_121).length(260));
    peer.expectsNothing();
    peer.sends(Seg.ack().seq(1).ack(4_381));
    assertThat(stream.unacknowledgedBytes()).isZero();
    assertThat(host.pool.freeCells()).isEqualTo(host.pool.cells());
  }

  /** What the message says is no news to the second connection, but its segment is as lost. */
  @Test
  @Requirement("RFC1191-pmtud-07")
  void shouldCutWhatIsInFlightOnEachConnectionThatIsTold() {
    send(established(), 1_460);
    peer.expects(Seg.psh().seq(1).length(1_460));
    Peer other = new Peer(host);
    other.port = peer.port + 1;
    StreamEndpoint second = host.newStream();
    TcpHost.check(second.connect(FakeIp.PEER, other.port));
    other.expects(Seg.syn().seq(0));
    other.sends(Seg.synAck().seq(0).ack(1).mss(1_460));
    other.expects(Seg.ack().seq(1).ack(1));
    send(second, 1_460);
    other.expects(Seg.psh().seq(1).length(1_460));
    host.tooBig(peer, 1, 1_040);
    peer.expects(Seg.ack().seq(1).length(1_000));
    peer.expects(Seg.psh().seq(1_001).length(460));
    host.tooBig(other, 1, 1_040);
    other.expects(Seg.ack().seq(1).length(1_000));
    other.expects(Seg.psh().seq(1_001).length(460));
    other.expectsNothing();
  }

  /** Or two sides that have both lost something would repeat segments that never arrive. */
  @Test
  @Requirement("RFC1191-pmtud-07")
  void shouldLeaveOutSackWhereItWouldMakeASegmentTooBig() {
    StreamEndpoint stream = established(Seg.synAck().mss(1_460).options(SACK_PERMITTED));
    send(stream, 1_460);
    peer.expects(Seg.psh().seq(1).length(1_460));
    host.tooBig(peer, 1, 1_040);
    peer.expects(Seg.ack().seq(1).length(1_000));
    peer.expects(Seg.psh().seq(1_001).length(460));
    peer.sends(Seg.psh().seq(101).ack(1_461).data("behind a gap"));
    assertThat(host.ip.sent.peek()).hasSize(20 + SACK_OF_SECOND.length + 8);
    peer.expects(Seg.ack().seq(1_461).ack(1));
    send(stream, 1_000);
    assertThat(host.ip.sent.peek()).hasSize(20 + 1_000);
    peer.expects(Seg.psh().seq(1_461).length(1_000));
  }

  /** Each segment in flight draws a message: the later ones are no news. */
  @Test
  @Requirement({"RFC1191-pmtud-05", "RFC5927-icmp-05"})
  void shouldNotSendAgainForEachOfManyMessages() {
    StreamEndpoint stream = established();
    send(stream, 2_920);
    peer.expects(Seg.ack().length(1_460));
    peer.expects(Seg.psh().length(1_460));
    host.tooBig(peer, 1, 1_240);
    for (int i = 0; i < 4; i++) {
      peer.expects(Seg.ack().and(i == 3 ? 8 : 0));
    }
    host.tooBig(peer, 1_461, 1_240);
    host.tooBig(peer, 1, 1_300);
    peer.expectsNothing();
    assertThat(stream.mss()).isEqualTo(1_200);
  }

  @Test
  @Requirement({"RFC5927-icmp-01", "RFC5927-icmp-04", "RFC5927-icmp-06"})
  void shouldBelieveNoMessageAboutWhatIsNotInFlight() {
    StreamEndpoint stream = established();
    send(stream, 1_460);
    peer.expects(Seg.psh().length(1_460));
    host.tooBig(peer, 0, 1_240);
    host.tooBig(peer, 1_461, 1_240);
    peer.sends(Seg.ack().seq(1).ack(1_461));
    host.tooBig(peer, 1, 1_240);
    assertThat(host.drops(DropReason.ICMP_BAD_QUOTE)).isEqualTo(3);
    peer.port++;
    host.tooBig(peer, 1, 1_240);
    assertThat(host.drops(DropReason.ICMP_NO_ENDPOINT)).isEqualTo(1);
    peer.port--;
    peer.expectsNothing();
    assertThat(stream.mss()).isEqualTo(1_460);
  }

  /** The path is the destination's, not the connection's; what we receive has a path of its own. */
  @Test
  @Requirement("RFC1191-pmtud-09")
  void shouldTellAllConnectionsAndLeaveOurMssOptionAlone() {
    StreamEndpoint stream = established();
    Peer second = new Peer(host);
    second.port = 8;
    StreamEndpoint other = host.newStream();
    TcpHost.check(other.connect(FakeIp.PEER, second.port));
    second.expects(Seg.syn());
    second.sends(Seg.synAck().seq(0).ack(1).mss(1_460));
    second.expects(Seg.ack());
    send(stream, 1_460);
    peer.expects(Seg.psh().length(1_460));
    host.tooBig(peer, 1, 1_240);
    assertThat(other.mss()).isEqualTo(1_200);
    StreamEndpoint third = host.newStream();
    Peer late = new Peer(host);
    late.port = 9;
    TcpHost.check(third.connect(FakeIp.PEER, late.port));
    host.ip.sent.removeIf(bytes -> bytes.length > 80);
    late.expects(Seg.syn().mss(1_460));
    late.sends(Seg.synAck().seq(0).ack(1).mss(1_460));
    assertThat(third.mss()).isEqualTo(1_200);
  }

  @Test
  @Requirement("RFC1191-pmtud-06")
  void shouldTryTheFullSizeAgainAfterTenMinutes() {
    StreamEndpoint stream = established();
    send(stream, 1_460);
    peer.expects(Seg.psh().length(1_460));
    host.tooBig(peer, 1, 1_240);
    peer.expects(Seg.ack().length(1_200));
    peer.expects(Seg.psh().length(260));
    peer.sends(Seg.ack().seq(1).ack(1_461));
    host.advance(600 * SECONDS - 1);
    send(stream, 1_460);
    peer.expects(Seg.ack().length(1_200));
    peer.sends(Seg.ack().seq(1).ack(2_661));
    peer.expects(Seg.psh().length(260));
    peer.sends(Seg.ack().seq(1).ack(2_921));
    host.advance(1);
    send(stream, 1_460);
    peer.expects(Seg.psh().length(1_460));
  }

  /** Below the least MTU nobody is believed, but the segments may be fragmented. */
  @Test
  @Requirement("RFC1191-pmtud-04")
  void shouldStopAtTheLeastMtuAndLetRoutersFragment() {
    StreamEndpoint stream = established();
    send(stream, 512);
    peer.expects(Seg.psh().length(512));
    assertThat(host.ip.dontFragment).isTrue();
    host.tooBig(peer, 1, 68);
    assertThat(stream.mss()).isEqualTo(512);
    host.advance(SECONDS);
    peer.expects(Seg.psh().seq(1).length(512));
    assertThat(host.ip.dontFragment).isFalse();
    TcpHost.check(stream.shutdownSend());
    stream.abort();
    assertThat(host.ip.dontFragment).as("of a segment without data").isTrue();
  }

  @Test
  void shouldSuspectABlackHoleWhenFullSegmentsVanish() {
    StreamEndpoint stream = established();
    send(stream, 1_460);
    for (int i = 0; i < 3; i++) {
      peer.expects(Seg.psh().seq(1).length(1_460));
      host.advance((200 * MILLIS) << i);
    }
    peer.expects(Seg.ack().seq(1).length(1_160));
    assertThat(host.count(Counter.TCP_BLACK_HOLES_SUSPECTED)).isEqualTo(1);
    host.advance(1_600 * MILLIS);
    peer.expects(Seg.ack().seq(1).length(1_160));
    host.advance(3_200 * MILLIS);
    peer.expects(Seg.ack().seq(1).length(1_160));
    host.advance(6_400 * MILLIS);
    peer.expects(Seg.ack().seq(1).length(512));
    assertThat(host.ip.dontFragment).isFalse();
    peer.sends(Seg.ack().seq(1).ack(513));
    peer.expects(Seg.ack().seq(513).length(512));
    peer.expects(Seg.ack().seq(1_025).length(136));
    peer.expects(Seg.psh().seq(1_161).length(300));
    peer.sends(Seg.ack().seq(1).ack(1_461));
    assertThat(stream.unacknowledgedBytes()).isZero();
  }

  @Test
  void shouldNotSuspectThePathOfSmallSegmentsOrInAProfileThatTrustsIt() {
    StreamEndpoint stream = established();
    send(stream, 1_459);
    host.advance(30 * SECONDS);
    assertThat(stream.mss()).isEqualTo(1_460);
    Trusting trusting = new Trusting();
    StreamEndpoint other = trusting.established();
    send(other, 1_460);
    trusting.host.advance(30 * SECONDS);
    assertThat(other.mss()).isEqualTo(1_460);
  }

  private static final class Trusting extends Script {
    Trusting() {
      super(PROFILE.withPathMtu(new TcpProfile.PathMtu(552, 600 * SECONDS, 0)));
    }
  }
}
