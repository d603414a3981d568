package dev.trident.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.IllegalReferenceCountException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PacketPoolTest {
  private final PacketPool pool = new PacketPool(64, 40, 4);

  @AfterEach
  void close() {
    pool.close();
  }

  private Packet allocate() {
    return Objects.requireNonNull(pool.allocate());
  }

  @Test
  void shouldReuseTheCellReleasedLast() {
    Packet first = allocate();
    Packet second = allocate();
    first.release();
    second.release();
    assertThat(allocate()).isSameAs(second);
  }

  @Test
  void shouldKeepReservedCellsForControlSegments() {
    for (int i = 0; i < 64 - PacketPool.RESERVED_CELLS; i++) {
      assertThat(pool.allocate()).isNotNull();
    }
    assertThat(pool.allocate()).isNull();
    assertThat(pool.allocateForReceive()).isNull();
    assertThat(pool.allocationFailures()).isEqualTo(2);
    for (int i = 0; i < PacketPool.RESERVED_CELLS; i++) {
      assertThat(pool.allocateReserved()).isNotNull();
    }
    assertThat(pool.allocateReserved()).isNull();
  }

  @Test
  void shouldThrowWhenReleasedTwice() {
    Packet packet = allocate();
    packet.release();
    assertThatThrownBy(packet::release)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cell 0");
    assertThat(pool.freeCells()).isEqualTo(64);
  }

  @Test
  void shouldStayHeldByDeviceUntilCompleted() {
    Packet packet = allocate();
    packet.holdForDevice();
    packet.release();
    assertThat(packet.isHeldByDevice()).isTrue();
    assertThat(pool.freeCells()).isEqualTo(63);
    packet.completeByDevice();
    assertThat(pool.freeCells()).isEqualTo(64);
  }

  @Test
  void shouldRefuseARangeOutsideTheCell() {
    Packet packet = allocate();
    assertThatThrownBy(() -> packet.push(Packet.TRANSMIT_HEADROOM_BYTES + 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> packet.setRange(packet.base(), Packet.CELL_BYTES + 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void shouldFreeALentBufferOnceAfterTheLastShare() {
    ByteBuf user = Unpooled.buffer(100).writeZero(100);
    List<Object> freed = new ArrayList<>();
    SendLoan loan = Objects.requireNonNull(pool.lend(user, "token", freed::add));
    Packet first = allocate();
    first.append(pool.fragmentOf(loan, 0, 60));
    Packet second = allocate();
    second.append(pool.fragmentOf(loan, 60, 40));
    loan.release();
    assertThat(user.refCnt()).isEqualTo(2);
    first.holdForDevice();
    first.release();
    second.release();
    pool.completions().drain();
    assertThat(freed).isEmpty();
    first.completeByDevice();
    assertThat(freed).as("waits for the end of the outermost call").isEmpty();
    pool.completions().drain();
    assertThat(freed).containsExactly("token");
    assertThat(user.refCnt()).isEqualTo(1);
    assertThat(pool.freeLoans()).isEqualTo(4);
  }

  @Test
  void shouldRefuseALoanWhenAllAreOut() {
    ByteBuf user = Unpooled.buffer(8);
    for (int i = 0; i < 4; i++) {
      assertThat(pool.lend(user, "t", token -> {})).isNotNull();
    }
    assertThat(pool.lend(user, "t", token -> {})).isNull();
    assertThat(user.refCnt()).isEqualTo(5);
  }

  @Test
  void shouldGoOnWhenAFreeFunctionThrows() {
    ByteBuf user = Unpooled.buffer(8);
    List<Object> freed = new ArrayList<>();
    Objects.requireNonNull(
            pool.lend(
                user,
                "bad",
                token -> {
                  throw new IllegalStateException("user's bug");
                }))
        .release();
    Objects.requireNonNull(pool.lend(user, "good", freed::add)).release();
    pool.completions().drain();
    assertThat(freed).containsExactly("good");
    assertThat(pool.completions().failures()).isEqualTo(1);
    assertThat(pool.freeLoans()).isEqualTo(4);
  }

  @Test
  void shouldFitRunsFirstFitAndJoinFreedNeighbours() {
    Run a = Objects.requireNonNull(pool.allocateRun(20 * Packet.CELL_BYTES));
    Run b = Objects.requireNonNull(pool.allocateRun(20 * Packet.CELL_BYTES));
    assertThat(pool.allocateRun(1)).isNull();
    a.release();
    b.release();
    Run whole = pool.allocateRun(33 * Packet.CELL_BYTES);
    assertThat(whole).isNotNull();
    assertThat(pool.freeRunCells()).isEqualTo(7);
    assertThat(pool.allocateRun(34 * Packet.CELL_BYTES)).isNull();
  }

  @Test
  void shouldShowExactlyTheBytesOfTheHandle() {
    Packet packet = allocate();
    pool.slab().putInt(packet.base() + 100, 0x01020304);
    CellBuf handle = pool.handles().issue(packet, packet.base() + 100, 4);
    assertThat(handle.readableBytes()).isEqualTo(4);
    assertThat(handle.getInt(0)).isEqualTo(0x01020304);
    assertThat(handle.getIntLE(0)).isEqualTo(0x04030201);
    assertThat(handle.getUnsignedMedium(1)).isEqualTo(0x020304);
    assertThat(handle.getUnsignedMediumLE(0)).isEqualTo(0x030201);
    assertThatThrownBy(() -> handle.getByte(4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> handle.getByte(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    handle.release();
  }

  @Test
  void shouldDetectEveryUseAfterTheLastRelease() {
    Packet packet = allocate();
    CellBuf handle = pool.handles().issue(packet, packet.base(), 8);
    assertThat(pool.handles().live()).isEqualTo(1);
    handle.retain();
    assertThat(handle.release()).isFalse();
    assertThat(handle.release()).isTrue();
    assertThat(pool.handles().live()).isZero();
    assertThat(pool.freeCells()).isEqualTo(64);
    assertThatThrownBy(handle::release).isInstanceOf(IllegalReferenceCountException.class);
    assertThatThrownBy(() -> handle.getByte(0)).isInstanceOf(IllegalReferenceCountException.class);
    Packet again = allocate();
    assertThat(pool.handles().issue(again, again.base(), 8)).isNotSameAs(handle);
  }

  @Test
  void shouldDetachMemoryOnlyFromItsOneHolder() {
    Packet packet = allocate();
    CellBuf handle = pool.handles().issue(packet, packet.base(), 8);
    handle.retain();
    assertThat(handle.detach()).isNull();
    handle.release();
    packet.retain();
    assertThat(handle.detach()).isNull();
    packet.release();
    assertThat(handle.detach()).isSameAs(packet);
    assertThat(handle.refCnt()).isZero();
    assertThat(pool.handles().live()).isZero();
    assertThat(packet.references()).isEqualTo(1);
  }

  @Test
  void shouldExchangeBytesWithForeignBuffersOfEveryKind() {
    byte[] bytes = {1, 2, 3, 4, 5};
    for (ByteBuf foreign :
        List.of(
            Unpooled.wrappedBuffer(bytes.clone()),
            Unpooled.directBuffer(5, 5).writeBytes(bytes),
            Unpooled.wrappedBuffer(bytes.clone()).asReadOnly(),
            Unpooled.wrappedBuffer(new byte[] {1, 2}, new byte[] {3, 4, 5}))) {
      Packet packet = allocate();
      pool.slab().copyFrom(foreign, 1, packet.base(), 4);
      CellBuf handle = pool.handles().issue(packet, packet.base(), 4);
      assertThat(handle.getInt(0)).isEqualTo(0x02030405);
      ByteBuf target = foreign.isReadOnly() ? Unpooled.buffer(5) : foreign;
      handle.getBytes(0, target, 0, 4);
      assertThat(target.getInt(0)).isEqualTo(0x02030405);
      assertThatThrownBy(() -> pool.slab().copyFrom(foreign, 2, packet.base(), 4))
          .isInstanceOf(IndexOutOfBoundsException.class);
      handle.release();
    }
  }
}
