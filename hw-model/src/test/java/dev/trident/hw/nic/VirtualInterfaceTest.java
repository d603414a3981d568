package dev.trident.hw.nic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Run;
import dev.trident.buffer.SendLoan;
import dev.trident.link.NetworkDevice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class VirtualInterfaceTest {
  @Test
  void shouldCopyFrameIntoPostedCellWhenTransmitted() {
    try (TwoNics nics = TwoNics.wired()) {
      nics.send(100, 7);
      assertThat(nics.keeperB.frames).as("the peer is not run").isEmpty();
      assertThat(nics.b.hasEvent()).isTrue();
      assertThat(nics.b.poll(0, 64)).isEqualTo(1);
      Packet frame = nics.keeperB.frames.getFirst();
      assertThat(frame.length()).isEqualTo(100);
      assertThat(frame.headroom()).isEqualTo(Packet.RECEIVE_HEADROOM_BYTES);
      assertThat(frame.slab().getByte(frame.offset() + 99)).isEqualTo((byte) 106);
      assertThat(nics.nicA.counters().dmaBytesRead()).isEqualTo(100);
      assertThat(nics.nicB.counters().dmaBytesWritten()).isEqualTo(100);
    }
  }

  @Test
  void shouldKeepHoldUntilPollWhenFrameWasRead() {
    try (TwoNics nics = TwoNics.wired()) {
      Packet packet = nics.packet(60, 0);
      nics.a.transmit(packet, NetworkDevice.DEFAULT_QUEUE);
      assertThat(packet.isHeldByDevice()).isTrue();
      assertThat(nics.a.hasEvent()).isTrue();
      nics.a.poll(0, 64);
      assertThat(packet.isHeldByDevice()).isFalse();
      assertThat(packet.references()).isEqualTo(1);
      packet.release();
    }
  }

  @Test
  void shouldRefuseWhenTransmitRingIsFullAndTellWhenItHasDrained() {
    try (TwoNics nics = TwoNics.wired()) {
      for (int i = 0; i < TwoNics.RING; i++) {
        assertThat(nics.send(60, i)).isTrue();
      }
      Packet refused = nics.packet(60, 0);
      assertThat(nics.a.transmit(refused, NetworkDevice.DEFAULT_QUEUE)).isFalse();
      assertThat(refused.isHeldByDevice()).isFalse();
      refused.release();
      nics.a.poll(0, 64);
      assertThat(nics.keeperA.drained).isEqualTo(1);
      nics.a.poll(0, 64);
      assertThat(nics.keeperA.drained).as("told once").isEqualTo(1);
      assertThat(nics.send(60, 0)).isTrue();
    }
  }

  @Test
  void shouldDropAndCountWhenNoCellIsPosted() {
    try (TwoNics nics = TwoNics.wired()) {
      for (int i = 0; i < TwoNics.RING + 3; i++) {
        nics.send(60, i);
        nics.a.poll(0, 64);
      }
      assertThat(nics.nicB.counters().noDescriptor()).isEqualTo(3);
      assertThat(nics.b.poll(0, 64)).isEqualTo(TwoNics.RING);
      nics.send(60, 0);
      assertThat(nics.b.poll(0, 64)).as("posted again").isEqualTo(1);
    }
  }

  @Test
  void shouldKeepOrderWhenRingsWrapManyTimes() {
    try (TwoNics nics = TwoNics.wired()) {
      int next = 0;
      int expected = 0;
      for (int round = 0; round < 200; round++) {
        for (int i = 0; i < round % (TwoNics.RING - RingOptions.DEFAULT_BATCH); i++) {
          nics.send(60, next++);
        }
        nics.a.poll(0, 64);
        nics.b.poll(0, 64);
        for (Packet frame : nics.keeperB.frames) {
          assertThat(frame.slab().getByte(frame.offset())).isEqualTo((byte) expected++);
        }
        nics.keeperB.release();
      }
      assertThat(expected).isEqualTo(next);
    }
  }

  @Test
  void shouldTakeNoMoreThanBudgetWhenManyFramesWait() {
    try (TwoNics nics = TwoNics.wired()) {
      for (int i = 0; i < 10; i++) {
        nics.send(60, i);
      }
      assertThat(nics.b.poll(0, 4)).isEqualTo(4);
      assertThat(nics.b.hasEvent()).isTrue();
      assertThat(nics.b.poll(0, 64)).isEqualTo(6);
      assertThat(nics.b.hasEvent()).isFalse();
    }
  }

  @Test
  void shouldGatherFragmentsAndCompleteChecksumInReceiversCell() {
    try (TwoNics nics = TwoNics.wired()) {
      Packet packet = nics.packet(42, 1);
      Run run = Objects.requireNonNull(nics.poolA.allocateRun(100));
      run.slab().putByte(run.base() + 10, 0x5a);
      packet.append(nics.poolA.fragmentOf(run, run.base() + 10, 3));
      run.release();
      ByteBuf foreign = Unpooled.buffer(4).writeInt(0x01020304);
      SendLoan loan = Objects.requireNonNull(nics.poolA.lend(foreign, "t", token -> {}));
      packet.append(nics.poolA.fragmentOf(loan, 0, 4));
      loan.release();
      packet.slab().putShort(packet.offset() + 40, 0x1234);
      packet.requestChecksum(packet.offset() + 34, packet.offset() + 40);
      nics.a.transmit(packet, NetworkDevice.DEFAULT_QUEUE);
      packet.release();
      assertThat(foreign.refCnt()).as("on loan until completion").isEqualTo(2);
      nics.a.poll(0, 64);
      assertThat(foreign.refCnt()).isEqualTo(1);
      nics.b.poll(0, 64);
      Packet got = nics.keeperB.frames.getFirst();
      assertThat(got.length()).isEqualTo(49);
      assertThat(got.slab().getByte(got.offset() + 42)).isEqualTo((byte) 0x5a);
      assertThat(got.slab().getInt(got.offset() + 45)).isEqualTo(0x01020304);
      long sum = 0x1234;
      for (int i = 34; i < 49; i++) {
        if (i < 40 || i > 41) {
          sum += (long) got.slab().getUnsignedByte(got.offset() + i) << ((i & 1) == 0 ? 8 : 0);
        }
      }
      sum = (sum & 0xffff) + (sum >>> 16);
      assertThat(got.slab().getUnsignedShort(got.offset() + 40)).isEqualTo((int) ~sum & 0xffff);
    }
  }

  @Test
  void shouldCountFrameThatFitsNoCellWhenItIsTooLong() {
    try (TwoNics nics = TwoNics.wired()) {
      Packet packet = nics.packet(1_900, 0);
      Run run = Objects.requireNonNull(nics.poolA.allocateRun(2_000));
      packet.append(nics.poolA.fragmentOf(run, run.base(), 200));
      run.release();
      nics.a.transmit(packet, NetworkDevice.DEFAULT_QUEUE);
      packet.release();
      assertThat(nics.nicB.counters().tooLong()).isEqualTo(1);
      assertThat(nics.b.hasEvent()).isFalse();
    }
  }

  @Test
  void shouldKeepEveryBufferWhenDeviceNeverCompletesAndGiveBackWhenStopped() {
    TwoNics nics = new TwoNics(false);
    nics.nicA.plug((from, frame) -> Carried.HELD);
    List<Packet> packets = new ArrayList<>();
    for (int i = 0; i < TwoNics.RING; i++) {
      Packet packet = nics.packet(60, i);
      packets.add(packet);
      nics.a.transmit(packet, NetworkDevice.DEFAULT_QUEUE);
      packet.release();
      nics.a.poll(0, 64);
    }
    assertThat(packets).allMatch(Packet::isHeldByDevice);
    assertThat(nics.a.outstandingTransmissions()).isEqualTo(TwoNics.RING);
    nics.close();
    assertThat(packets).noneMatch(Packet::isHeldByDevice);
    assertThat(nics.poolA.freeCells()).isEqualTo(nics.poolA.cells());
    assertThat(nics.poolB.freeCells()).isEqualTo(nics.poolB.cells());
    nics.a.onTransmitted();
    assertThat(nics.a.counters().staleCompletions()).isEqualTo(1);
  }

  @Test
  void shouldRefuseAndRetryWhenWireTakesNothing() {
    TwoNics nics = new TwoNics(false);
    boolean[] open = new boolean[1];
    nics.nicA.plug((from, frame) -> open[0] ? Carried.READ : Carried.REFUSED);
    assertThat(nics.send(60, 0)).isFalse();
    assertThat(nics.a.counters().framesOut()).isZero();
    open[0] = true;
    nics.a.poll(0, 64);
    assertThat(nics.keeperA.drained).isEqualTo(1);
    assertThat(nics.send(60, 0)).isTrue();
    nics.close();
  }

  @Test
  void shouldDeliverToInterfaceOfMatchingFilterWithItsHint() {
    try (TwoNics nics = TwoNics.wired()) {
      TwoNics.Keeper other = new TwoNics.Keeper();
      VirtualInterface further =
          nics.furtherB(InterfaceOptions.of(RingOptions.of(TwoNics.RING, 0)), other);
      int filter = further.steer(17, 0x0a000002, 7, 0, 0, 42);
      Datagrams.send(nics, 0x0a000002, 7);
      Datagrams.send(nics, 0x0a000002, 8);
      nics.b.poll(0, 64);
      further.poll(0, 64);
      assertThat(other.hints).containsExactly(42);
      assertThat(nics.keeperB.hints).containsExactly(0);
      further.unsteer(filter);
      Datagrams.send(nics, 0x0a000002, 7);
      assertThat(further.hasEvent()).isFalse();
      assertThat(nics.b.hasEvent()).isTrue();
      other.release();
      further.close();
    }
  }

  @Test
  void shouldDeliverMulticastToEveryInterfaceWithThatFilter() {
    try (TwoNics nics = TwoNics.wired()) {
      TwoNics.Keeper first = new TwoNics.Keeper();
      TwoNics.Keeper second = new TwoNics.Keeper();
      VirtualInterface one =
          nics.furtherB(InterfaceOptions.of(RingOptions.of(TwoNics.RING, 0)), first);
      VirtualInterface two =
          nics.furtherB(InterfaceOptions.of(RingOptions.of(TwoNics.RING, 0)), second);
      one.steer(17, 0xe0000105, 7, 0, 0, 1);
      two.steer(17, 0xe0000105, 7, 0, 0, 2);
      Datagrams.send(nics, 0xe0000105, 7);
      one.poll(0, 64);
      two.poll(0, 64);
      assertThat(first.hints).containsExactly(1);
      assertThat(second.hints).containsExactly(2);
      first.release();
      second.release();
      one.close();
      two.close();
    }
  }

  @Test
  void shouldDeliverMulticastOnceToAnInterfaceWithSeveralFiltersAndToTheDefaultIfItListens() {
    try (TwoNics nics = TwoNics.wired()) {
      TwoNics.Keeper keeper = new TwoNics.Keeper();
      TwoNics.Keeper exact = new TwoNics.Keeper();
      VirtualInterface one =
          nics.furtherB(InterfaceOptions.of(RingOptions.of(TwoNics.RING, 0)), keeper);
      VirtualInterface two =
          nics.furtherB(InterfaceOptions.of(RingOptions.of(TwoNics.RING, 0)), exact);
      one.steer(17, 0xe0000105, 7, 0, 0, 1);
      one.steer(17, 0xe0000105, 7, 0, 0, 1);
      one.steer(17, 0xe0000105, 7, 0x0a000001, 5000, 1);
      two.steer(17, 0xe0000105, 7, 0x0a000001, 5000, 2);
      Datagrams.send(nics, 0xe0000105, 7);
      nics.b.listen(0xe0000105, true);
      Datagrams.send(nics, 0xe0000105, 7);
      nics.b.listen(0xe0000105, false);
      Datagrams.send(nics, 0xe0000105, 7);
      nics.b.poll(0, 64);
      one.poll(0, 64);
      two.poll(0, 64);
      assertThat(keeper.hints).containsExactly(1, 1, 1);
      assertThat(exact.hints).containsExactly(2, 2, 2);
      assertThat(nics.keeperB.hints).hasSize(1);
      keeper.release();
      exact.release();
      one.close();
      two.close();
    }
  }
}
