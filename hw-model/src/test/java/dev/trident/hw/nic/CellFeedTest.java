package dev.trident.hw.nic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.hw.time.RealClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A wire that works in the cells of the only interface of an adapter. */
class CellFeedTest {
  private static final int RING = 16;
  private static final int FREE_CELLS = 96;

  private final PacketPool pool = new PacketPool(128, 0, 0);
  private final Nic nic =
      new Nic(
          "cells", 0x0200_0000_0001L, 1_500, NicFeatures.SERIES_8000, RealClock.INSTANCE, false);
  private final Memory wire = new Memory();
  private final List<Integer> handled = new ArrayList<>();
  private VirtualInterface only;

  /** Writes numbers into posted cells, in the order in which it is told to. */
  private static final class Memory implements Wire, CellFeed {
    final List<Packet> posted = new ArrayList<>();
    final Deque<Packet> received = new ArrayDeque<>();
    int completed;
    int batches;
    boolean stopped;

    void fill(int index, int number) {
      Packet cell = posted.remove(index);
      cell.slab().putInt(cell.base() + 256, number);
      received.add(cell);
    }

    @Override
    public Carried carry(WireEnd from, Frame frame) {
      return Carried.HELD;
    }

    @Override
    public boolean post(Packet cell) {
      if (posted.size() == RING / 2) {
        return false;
      }
      posted.add(cell);
      return true;
    }

    @Override
    public void endPosting() {
      batches++;
    }

    @Override
    public int receiveCell() {
      return received.isEmpty() ? NONE : received.remove().base() + 256;
    }

    @Override
    public int receivedBytes() {
      return 60;
    }

    @Override
    public int takeCompleted() {
      int taken = completed;
      completed = 0;
      return taken;
    }

    @Override
    public void stop() {
      stopped = true;
      posted.clear();
    }
  }

  @BeforeEach
  void plug() {
    FrameHandler handler =
        new FrameHandler() {
          @Override
          public void onFrame(Packet frame, int flowHint, long nowNanos) {
            assertThat(frame.length()).isEqualTo(60);
            handled.add(frame.slab().getInt(frame.offset()));
            frame.release();
          }

          @Override
          public void onDrained(long nowNanos) {}
        };
    only = nic.openDefault(pool, RING, RING, handler, new Doorbell());
    nic.plug(wire);
    nic.feedCells(wire);
  }

  @AfterEach
  void free() {
    pool.close();
  }

  @Test
  void shouldHandFramesOverInTheOrderOfTheirArrivalInWhicheverCellTheyLie() {
    assertThat(wire.posted).as("before the first poll").hasSize(RING / 2);
    int number = 0;
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < 5 && !wire.posted.isEmpty(); i++) {
        wire.fill((round + i * 3) % wire.posted.size(), number++);
      }
      only.poll(0, 64);
      assertThat(wire.posted).doesNotHaveDuplicates();
    }
    only.poll(0, 64);
    assertThat(handled).hasSizeGreaterThan(50).hasSize(number).isSorted();
    assertThat(pool.freeCells() + only.receiveRingCells()).isEqualTo(pool.cells());
  }

  @Test
  void shouldCompleteAsManyTransmissionsAsTheWireHasRead() {
    Packet a = pool.allocateSure();
    Packet b = pool.allocateSure();
    a.setRange(a.base(), 60);
    b.setRange(b.base(), 60);
    assertThat(only.transmit(a, 0)).isTrue();
    assertThat(only.transmit(b, 0)).isTrue();
    only.poll(0, 64);
    assertThat(only.outstandingTransmissions()).isEqualTo(2);
    wire.completed = 1;
    only.poll(0, 64);
    assertThat(only.outstandingTransmissions()).isEqualTo(1);
    wire.completed = 1;
    only.poll(0, 64);
    assertThat(only.outstandingTransmissions()).isZero();
    a.release();
    b.release();
  }

  @Test
  void shouldStopTheWireBeforeCellsAreFree() {
    assertThat(wire.batches).isEqualTo(1);
    only.close();
    assertThat(wire.stopped).isTrue();
    assertThat(pool.freeCells()).isEqualTo(pool.cells());
  }

  @Test
  void shouldHaveNoFurtherInterface() {
    assertThatThrownBy(
            () ->
                nic.openFurther(
                    pool,
                    InterfaceOptions.of(RingOptions.of(16, 16)),
                    Deaf.HANDLER,
                    new Doorbell()))
        .isInstanceOf(NicExhaustedException.class);
    assertThat(pool.freeCells()).isGreaterThanOrEqualTo(FREE_CELLS);
  }

  /** Handles nothing. */
  private static final class Deaf implements FrameHandler {
    static final Deaf HANDLER = new Deaf();

    @Override
    public void onFrame(Packet frame, int flowHint, long nowNanos) {
      frame.release();
    }

    @Override
    public void onDrained(long nowNanos) {}
  }
}
