package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
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
}
