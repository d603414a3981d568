package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.TcpInfo;
import dev.trident.testkit.Requirement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections of one stack share code that remembers, such as views of headers; never state. */
class InterleavedConnectionsTest extends Script {
  private static final int[] SACK_PERMITTED = {4, 2, 1, 1};

  /** One connection: segment size, window offered, window scale, SACK. */
  private record Kind(int mss, int window, int scale, boolean sack) {
    /** Whole segments that window and initial congestion window have room for. */
    int sendable() {
      return Math.min((window << Math.max(scale, 0)) / mss, 10) * mss;
    }
  }

  private static final List<Kind> KINDS =
      List.of(
          new Kind(1_000, 3_000, Seg.ANY, false),
          new Kind(500, 40_000, Seg.ANY, true),
          new Kind(1_460, 100, 7, false),
          new Kind(536, 65_535, 14, true));

  private final List<Peer> peers = new ArrayList<>();
  private final List<StreamEndpoint> streams = new ArrayList<>();

  private void openAll() {
    for (int i = 0; i < KINDS.size(); i++) {
      Peer peer = new Peer(host);
      peer.port = 1_000 + i;
      StreamEndpoint stream = host.newStream();
      TcpHost.check(stream.connect(FakeIp.PEER, peer.port));
      peer.expects(Seg.syn().seq(0));
      peers.add(peer);
      streams.add(stream);
    }
    // Answered in the opposite order, in one batch, 10 ms apart from each other in round trip.
    for (int i = KINDS.size() - 1; i >= 0; i--) {
      host.advance(10 * MILLIS);
      Kind kind = KINDS.get(i);
      Seg answer = Seg.synAck().seq(0).ack(1).mss(kind.mss()).scale(kind.scale()).wnd(60_000);
      peers.get(i).sendsInBatch(kind.sack() ? answer.options(SACK_PERMITTED) : answer);
      peers.get(i).sendsInBatch(Seg.ack().seq(1).ack(1).wnd(kind.window()));
      host.flush();
      peers.get(i).expects(Seg.ack().seq(1).ack(1));
    }
  }

  @Test
  @Requirement("LES-state-01")
  void shouldKeepWindowsOptionsAndMeasurementsApart() {
    openAll();
    for (int i = 0; i < KINDS.size(); i++) {
      Kind kind = KINDS.get(i);
      send(streams.get(i), 20_000);
      int sent = 0;
      while (sent < kind.sendable()) {
        peers.get(i).expects(Seg.ack().seq(1 + sent).ack(1).length(kind.mss()));
        sent += kind.mss();
      }
      peers.get(i).expectsNothing();
    }
    // Segments of all of them in one batch: each moves its own numbers, by its own amount.
    for (int i = 0; i < KINDS.size(); i++) {
      Seg data = Seg.psh().seq(1).ack(1).wnd(KINDS.get(i).window()).length(10 * (i + 1));
      peers.get(i).sendsInBatch(data);
    }
    for (int i = 0; i < KINDS.size(); i++) {
      Kind kind = KINDS.get(i);
      TcpInfo info = new TcpInfo();
      streams.get(i).info(info);
      assertThat(info.smss).isEqualTo(kind.mss());
      assertThat(info.sndWnd).isEqualTo(kind.window() << Math.max(kind.scale(), 0));
      assertThat(info.selectiveAck).isEqualTo(kind.sack());
      assertThat(info.windowScale).isEqualTo(kind.scale() != Seg.ANY);
      assertThat(info.srttNanos).isEqualTo(10 * MILLIS * (KINDS.size() - i));
      assertThat(info.flightSizeBytes).isEqualTo(kind.sendable());
      assertThat(streams.get(i).receivableBytes()).isEqualTo(10 * (i + 1));
    }
  }
}
