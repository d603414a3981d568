package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamListener;
import dev.trident.endpoint.TcpProfile;
import dev.trident.endpoint.TcpProfile.SynCookies;
import dev.trident.testkit.Allocations;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counter;
import dev.trident.trace.DropReason;
import dev.trident.wire.InternetChecksum;
import dev.trident.wire.Ipv4Header;
import dev.trident.wire.TcpHeader;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Listeners under SYNs that nobody means (RFC 4987). */
class SynFloodTest extends Script {
  private static final int FLOOD = 100_000;
  private static final int FLOODED_PORT = 82;
  private static final int FIRST_PORT = 1_024;
  private static final int PORTS = 60_000;
  private static final int MAX_HALF_OPEN = PROFILE.handshake().maxHalfOpen();

  private final TcpHeader header = new TcpHeader(host.pool.slab());
  private int sent;

  /** A SYN of a tuple that has not been used; makes no garbage. */
  private void floods() {
    int source = FakeIp.PEER + sent / PORTS;
    int port = FIRST_PORT + sent % PORTS;
    sent++;
    Packet packet = Objects.requireNonNull(host.pool.allocateForReceive());
    Slab slab = host.pool.slab();
    int at = packet.offset() + 14 + 20;
    packet.setRange(at, TcpHeader.BYTES);
    header
        .wrap(at)
        .write(port << 16 | FLOODED_PORT, sent * 7, 0, TcpHeader.BYTES, TcpHeader.SYN, 8_192, 0);
    header.checksum(
        InternetChecksum.complement(
            InternetChecksum.pseudoHeader(
                    source, host.address, Ipv4Header.PROTOCOL_TCP, TcpHeader.BYTES)
                + InternetChecksum.sum(slab, at, TcpHeader.BYTES)));
    host.layer.onDatagram(packet, source, host.address, 0, host.now);
    host.flush();
  }

  @Test
  @Requirement({
    "RFC4987-synflood-01",
    "RFC4987-synflood-03",
    "RFC4987-synflood-06",
    "RFC4987-synflood-07",
    "LES-quirks-05",
    "SEC-SYNFLOOD-01"
  })
  void shouldServeALegitimatePeerWhenFloodedByAHundredThousandSyns() {
    StreamEndpoint before = accepted();
    StreamListener other = host.listen(81, 5);
    StreamListener listener = host.listen(FLOODED_PORT, 5);
    host.ip.silent = true;

    long garbage = Allocations.of(this::floods);
    while (sent < FLOOD) {
      floods();
    }

    assertThat(garbage).as("bytes of heap for 10,000 SYNs").isZero();
    assertThat(host.layer.liveStreams()).isEqualTo(1 + MAX_HALF_OPEN);
    assertThat(host.pool.freeCells()).isEqualTo(host.pool.cells());
    assertThat(host.count(Counter.TCP_COOKIES_SENT)).isEqualTo(FLOOD - MAX_HALF_OPEN);
    host.ip.silent = false;
    Peer legitimate = new Peer(host);
    legitimate.port = 999;
    legitimate.hostPort = FLOODED_PORT;
    legitimate.sends(Seg.syn().seq(0).mss(1_460));
    legitimate.expects(Seg.synAck().seq(0).ack(1).mss(1_460));
    legitimate.sends(Seg.psh().seq(1).ack(1).data("here I am"));
    assertThat(read(Objects.requireNonNull(listener.accept()))).isEqualTo("here I am");
    assertThat(host.count(Counter.TCP_COOKIES_ACCEPTED)).isEqualTo(1);
    host.ip.sent.clear();
    peer.sends(Seg.psh().seq(1).ack(1).data("still"));
    assertThat(read(before)).isEqualTo("still");
    legitimate.hostPort = 81;
    legitimate.port = 998;
    host.ip.sent.clear();
    legitimate.sends(Seg.syn().seq(0));
    legitimate.expects(Seg.synAck().seq(0).ack(1));
    legitimate.sends(Seg.ack().seq(1).ack(1));
    assertThat(other.acceptable()).as("its own queue has room").isEqualTo(1);

    host.ip.silent = true;
    host.advance(400 * SECONDS);
    assertThat(host.layer.liveStreams()).as("half-open connections end").isEqualTo(3);
  }

  @Test
  @Requirement("RFC4987-synflood-01")
  void shouldDropSynsWhenFullWithoutCookies() {
    TcpHost plain = new TcpHost(FakeIp.LOCAL, with(SynCookies.OFF, 3, 5));
    plain.listen(SERVER_PORT, 5);
    Peer crowd = new Peer(plain);
    crowd.hostPort = SERVER_PORT;
    for (int i = 0; i < 5; i++) {
      crowd.port = FIRST_PORT + i;
      crowd.sends(Seg.syn().seq(0));
    }
    assertThat(plain.ip.sent).hasSize(3);
    assertThat(plain.drops(DropReason.TCP_SYN_QUEUE_FULL)).isEqualTo(2);
    assertThat(plain.pool.freeCells()).as("half-open connections keep no cell").isEqualTo(6_144);
  }

  @Test
  void shouldBoundHalfOpenConnectionsOfAllListenersTogether() {
    TcpHost plain = new TcpHost(FakeIp.LOCAL, with(SynCookies.OFF, 3, 5));
    plain.listen(SERVER_PORT, 5);
    plain.listen(81, 5);
    Peer crowd = new Peer(plain);
    for (int i = 0; i < 6; i++) {
      crowd.hostPort = i < 3 ? SERVER_PORT : 81;
      crowd.port = FIRST_PORT + i;
      crowd.sends(Seg.syn().seq(0));
    }
    assertThat(plain.ip.sent).hasSize(5);
    crowd.hostPort = 81;
    crowd.port = FIRST_PORT + 4;
    crowd.sends(Seg.rst().seq(1));
    crowd.port = FIRST_PORT + 5;
    crowd.sends(Seg.syn().seq(0));
    assertThat(plain.ip.sent).as("there is room for one again").hasSize(6);
  }

  private static StackConfig with(SynCookies cookies, int ofListener, int ofStack) {
    TcpProfile.Handshake handshake =
        PROFILE.handshake().withSynCookies(cookies).withMaxHalfOpen(ofListener, ofStack);
    return StackConfig.standard("small", 1).withProfile(PROFILE.withHandshake(handshake));
  }

  @Test
  @Requirement("RFC4987-synflood-04")
  void shouldBelieveNoCookieWhenNoneWasSent() {
    TcpHost cookies = new TcpHost(FakeIp.LOCAL, with(SynCookies.ALWAYS, 3, 5));
    StreamListener listener = cookies.listen(SERVER_PORT, 5);
    Peer one = new Peer(cookies);
    one.hostPort = SERVER_PORT;
    one.sends(Seg.syn().seq(0));
    one.expects(Seg.synAck().seq(0).ack(1));
    Peer replay = new Peer(cookies);
    replay.hostPort = 81;
    StreamListener quiet = cookies.listen(81, 5);
    replay.hostIss = one.hostIss;
    replay.sends(Seg.ack().seq(1).ack(1));
    replay.expects(Seg.rst().seq(1));
    one.port = 8;
    one.sends(Seg.ack().seq(1).ack(1));
    one.expects(Seg.rst().seq(1));
    assertThat(listener.acceptable() + quiet.acceptable()).isZero();
    one.port = 7;
    one.sends(Seg.ack().seq(1).ack(1));
    assertThat(listener.acceptable()).isEqualTo(1);
  }

  @Test
  void shouldLeaveACookieForLaterWhenTheAcceptQueueIsFull() {
    TcpHost cookies = new TcpHost(FakeIp.LOCAL, with(SynCookies.ALWAYS, 3, 5));
    StreamListener listener = cookies.listen(SERVER_PORT, 1);
    Peer one = new Peer(cookies);
    Peer two = new Peer(cookies);
    two.port = 8;
    for (Peer each : new Peer[] {one, two}) {
      each.hostPort = SERVER_PORT;
      each.sends(Seg.syn().seq(0));
      each.expects(Seg.synAck().seq(0).ack(1));
    }
    one.sends(Seg.ack().seq(1).ack(1));
    two.sends(Seg.ack().seq(1).ack(1));
    two.expectsNothing();
    assertThat(cookies.drops(DropReason.TCP_ACCEPT_QUEUE_FULL)).isEqualTo(1);
    assertThat(listener.accept()).isNotNull();
    two.sends(Seg.psh().seq(1).ack(1).data("x"));
    assertThat(read(Objects.requireNonNull(listener.accept()))).isEqualTo("x");
  }
}
