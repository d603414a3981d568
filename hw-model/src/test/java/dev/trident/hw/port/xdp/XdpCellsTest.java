package dev.trident.hw.port.xdp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.PacketPool;
import dev.trident.hw.nic.CellFeed;
import dev.trident.testkit.Allocations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The kernel's part is played here: it moves the other index of each ring. */
class XdpCellsTest {
  private static final int SIZE = 8;
  private static final int CELL = 2_048;
  private static final Ring.Layout LAYOUT = new Ring.Layout(0, 64, 128, 100);

  private final PacketPool pool = new PacketPool(64, 0, 0);
  private final MemorySegment fill = memory(Ring.ADDRESS_BYTES);
  private final MemorySegment rx = memory(Ring.DESCRIPTOR_BYTES);
  private final MemorySegment tx = memory(Ring.DESCRIPTOR_BYTES);
  private final MemorySegment completion = memory(Ring.ADDRESS_BYTES);
  private final ProducerRing txRing =
      new ProducerRing(new Ring.Place(tx, LAYOUT, Ring.DESCRIPTOR_BYTES, SIZE));
  private final XdpCells cells =
      new XdpCells(
          new ProducerRing(new Ring.Place(fill, LAYOUT, Ring.ADDRESS_BYTES, SIZE)),
          new ConsumerRing(new Ring.Place(rx, LAYOUT, Ring.DESCRIPTOR_BYTES, SIZE)),
          txRing,
          new ConsumerRing(new Ring.Place(completion, LAYOUT, Ring.ADDRESS_BYTES, SIZE)),
          pool.slab(),
          true,
          new XdpCounters());

  private static MemorySegment memory(int entryBytes) {
    return Arena.ofAuto().allocate(LAYOUT.entries() + (long) SIZE * entryBytes, 64);
  }

  @AfterEach
  void free() {
    pool.close();
  }

  /** The kernel completes frames, in this order. */
  private void complete(int... offsets) {
    int producer = completion.get(JAVA_INT, LAYOUT.producer());
    for (int offset : offsets) {
      long at = LAYOUT.entries() + (long) (producer++ & (SIZE - 1)) * Ring.ADDRESS_BYTES;
      completion.set(JAVA_LONG, at, offset);
    }
    completion.set(JAVA_INT, LAYOUT.producer(), producer);
  }

  @Test
  void shouldReportInTheOrderOfSendingWhatIsCompletedInAnother() {
    for (int cell = 0; cell < 4; cell++) {
      cells.send(cell * CELL + 100 + cell, 60);
    }
    assertThat(cells.takeCompleted()).isZero();
    complete(2 * CELL + 102, CELL + 101);
    assertThat(cells.takeCompleted()).as("the first one is under way").isZero();
    assertThat(cells.hasUnreported()).isTrue();
    complete(100);
    assertThat(cells.takeCompleted()).isEqualTo(3);
    complete(3 * CELL + 103);
    assertThat(cells.takeCompleted()).isEqualTo(1);
    assertThat(cells.takeCompleted()).isZero();
    assertThat(cells.hasUnreported()).isFalse();
  }

  @Test
  void shouldCountACellThatIsSentTwiceTwice() {
    cells.send(CELL, 60);
    cells.send(2 * CELL, 60);
    cells.send(CELL, 60);
    complete(CELL);
    assertThat(cells.takeCompleted()).isEqualTo(1);
    complete(CELL);
    assertThat(cells.takeCompleted()).isZero();
    complete(2 * CELL);
    assertThat(cells.takeCompleted()).isEqualTo(2);
  }

  @Test
  void shouldBeFullUntilTheOldestIsReported() {
    for (int i = 0; i < SIZE; i++) {
      assertThat(cells.isFull()).isFalse();
      cells.send(i * CELL, 60);
    }
    assertThat(cells.isFull()).isTrue();
    complete(CELL, 2 * CELL);
    assertThat(cells.takeCompleted()).isZero();
    assertThat(cells.isFull()).isTrue();
    complete(0);
    assertThat(cells.takeCompleted()).isEqualTo(3);
    assertThat(cells.isFull()).isFalse();
  }

  @Test
  void shouldCountWhatIsUnderWayWhenTheDeviceIsGone() {
    cells.send(0, 60);
    cells.send(CELL, 60);
    assertThat(cells.abandon()).isEqualTo(2);
    assertThat(cells.abandon()).isZero();
  }

  @Test
  void shouldPostNoMoreThanTheRingHolds() {
    for (int i = 0; i < SIZE; i++) {
      assertThat(cells.post(Objects.requireNonNull(pool.allocateForReceive()))).isTrue();
    }
    var further = Objects.requireNonNull(pool.allocateForReceive());
    assertThat(cells.post(further)).isFalse();
    assertThat(fill.get(JAVA_INT, LAYOUT.producer())).as("before the end of the batch").isZero();
    cells.endPosting();
    assertThat(fill.get(JAVA_INT, LAYOUT.producer())).isEqualTo(SIZE);
    fill.set(JAVA_INT, LAYOUT.consumer(), 1);
    assertThat(cells.post(further)).isTrue();
  }

  @Test
  void shouldNameTheFrameAndGiveItsPlaceBack() {
    assertThat(cells.receive()).isEqualTo(CellFeed.NONE);
    rx.set(JAVA_LONG, LAYOUT.entries(), 5 * CELL + 256);
    rx.set(JAVA_INT, LAYOUT.entries() + 8, 77);
    rx.set(JAVA_INT, LAYOUT.producer(), 1);
    assertThat(cells.hasFrame()).isTrue();
    assertThat(cells.receive()).isEqualTo(5 * CELL + 256);
    assertThat(cells.receivedBytes()).isEqualTo(77);
    assertThat(rx.get(JAVA_INT, LAYOUT.consumer())).isEqualTo(1);
    assertThat(cells.receive()).isEqualTo(CellFeed.NONE);
  }

  @Test
  void shouldAllocateNothingAcrossTheWrapOfAllIndices() {
    for (MemorySegment ring : new MemorySegment[] {fill, rx, tx, completion}) {
      assertThat(ring.get(JAVA_INT, LAYOUT.flags())).isZero();
    }
    int[] one = {3 * CELL};
    assertThat(
            Allocations.of(
                () -> {
                  cells.send(one[0], 60);
                  txRing.publish();
                  tx.set(JAVA_INT, LAYOUT.consumer(), tx.get(JAVA_INT, LAYOUT.producer()));
                  complete(one);
                  cells.takeCompleted();
                }))
        .isZero();
    assertThat(cells.hasUnreported()).isFalse();
  }
}
