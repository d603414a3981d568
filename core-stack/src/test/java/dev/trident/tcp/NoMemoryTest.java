package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.endpoint.StackConfig;
import dev.trident.endpoint.StackError;
import dev.trident.endpoint.StreamEndpoint;
import dev.trident.endpoint.StreamState;
import dev.trident.testkit.Requirement;
import dev.trident.trace.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All cells are gone, those in reserve as well: what would be answered is counted as a drop. */
class NoMemoryTest extends Script {
  private final List<Packet> taken = new ArrayList<>();

  /** Leaves nothing but the cell that the next segment comes in. */
  private void exhaust() {
    host.received = host.pool.allocateForReceive();
    for (Packet cell = host.pool.allocateReserved();
        cell != null;
        cell = host.pool.allocateReserved()) {
      taken.add(cell);
    }
    assertThat(host.pool.freeCells()).isZero();
  }

  private void relieve() {
    taken.forEach(Packet::release);
    taken.clear();
  }

  @Test
  @Requirement("LES-buffers-03")
  void shouldCountASynThatCannotBeAnswered() {
    host.listen(SERVER_PORT, 5);
    exhaust();
    peer.hostPort = SERVER_PORT;
    peer.sends(Seg.syn().seq(0).mss(1_460));
    peer.expectsNothing();
    assertThat(host.drops(DropReason.NO_MEMORY)).isEqualTo(1);
    relieve();
    host.advance(1 * SECONDS);
    peer.expects(Seg.synAck().seq(0).ack(1));
  }

  /** Two cells are left to senders, and the loan would need three. */
  @Test
  void shouldRefuseALoanWhenTheCellsThatAreLeftAreForTheDevice() {
    StreamEndpoint stream = established();
    int free = host.pool.freeCells();
    host.pool.needToReceive(free - PacketPool.RESERVED_CELLS - 2);
    List<Object> freed = new ArrayList<>();
    ByteBuf buffer = Unpooled.buffer(3 * 1_460);
    int result = stream.sendLoan(buffer, 0, 3 * 1_460, "token", freed::add, 0);
    assertError(result, StackError.NO_BUFFERS);
    host.flush();
    peer.expectsNothing();
    assertThat(buffer.refCnt()).isEqualTo(1);
    assertThat(host.pool.freeCells()).isEqualTo(free);
    assertThat(stream.sendLoan(buffer, 0, 2 * 1_460, "token", freed::add, 0)).isEqualTo(2 * 1_460);
  }

  @Test
  @Requirement("LES-buffers-03")
  void shouldTakeDataThatCannotBeAcknowledgedYet() {
    StreamEndpoint stream = established();
    exhaust();
    peer.sends(Seg.psh().seq(1).ack(1).data("abc"));
    host.advance(1 * SECONDS);
    peer.expectsNothing();
    assertThat(host.drops(DropReason.NO_MEMORY)).isPositive();
    assertThat(stream.state()).isEqualTo(StreamState.ESTABLISHED);
    assertThat(read(stream)).isEqualTo("abc");
    relieve();
    peer.sends(Seg.psh().seq(1).ack(1).data("abc"));
    peer.expects(Seg.ack().seq(1).ack(4));
    assertThat(host.pool.freeCells()).isEqualTo(host.pool.cells());
  }

  /** Ten connections want 160 cells each for what is ahead of a gap; there are 512 in all. */
  @Test
  @Requirement("LES-buffers-02")
  void shouldLeaveCellsForOthersWhenManyConnectionsHaveGaps() {
    StackConfig config = StackConfig.standard("test", 7).withProfile(PROFILE).withCells(512, 0);
    TcpHost small = new TcpHost(FakeIp.LOCAL, config);
    small.pool.needToReceive(64); // as the ring of a device
    List<Peer> peers = new ArrayList<>();
    List<StreamEndpoint> streams = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      peer = new Peer(small);
      peer.port = 1_000 + i;
      StreamEndpoint stream = small.newStream();
      TcpHost.check(stream.connect(FakeIp.PEER, peer.port));
      peer.expects(Seg.syn().seq(0));
      peer.sends(Seg.synAck().seq(0).ack(1).mss(1_460));
      peer.expects(Seg.ack().seq(1).ack(1));
      peers.add(peer);
      streams.add(stream);
    }
    small.ip.silent = true;
    for (Peer each : peers) {
      for (int segment = 1; segment <= 160; segment++) {
        each.sends(Seg.ack().seq(1 + 400 * segment).ack(1).length(400));
      }
    }
    assertThat(small.drops(DropReason.TCP_REASSEMBLY_FULL)).isPositive();
    assertThat(small.pool.freeCells()).isGreaterThanOrEqualTo(64);
    for (int i = 0; i < 10; i++) {
      peers.get(i).sends(Seg.ack().seq(1).ack(1).length(400));
      assertThat(streams.get(i).receivableBytes()).isGreaterThanOrEqualTo(400);
    }
  }
}
