package dev.trident.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.testkit.Requirement;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReassemblyTest {
  /** Close to the wrap, so that it lies inside the space tested. */
  private static final int BASE = -3;

  private static final int SPACE = 6;

  private final PacketPool pool = new PacketPool(64, 0, 0);
  private final Segment segment = new Segment(pool.slab());
  private final Counters counters = new Counters();
  private Reassembly reassembly = new Reassembly(0);

  @AfterEach
  void close() {
    reassembly.clear();
    assertThat(pool.freeCells()).isEqualTo(64);
    pool.close();
  }

  /** The byte at {@code position} of the stream is {@code position}. */
  private boolean insert(int from, int length, int maxPackets) {
    byte[] data = new byte[length];
    for (int i = 0; i < length; i++) {
      data[i] = (byte) (from + i);
    }
    byte[] bytes = Seg.ack().seq(from).data(data).encode(1, 2, 3, 4, BASE, 0);
    Packet packet = Objects.requireNonNull(pool.allocateForReceive());
    packet.setRange(packet.offset(), bytes.length);
    pool.slab().copyFrom(bytes, 0, packet.offset(), bytes.length);
    assertThat(segment.read(packet, 1, 2)).isEqualTo(DropReason.NONE);
    boolean kept = reassembly.insert(segment, maxPackets, counters) != Reassembly.Kept.DROPPED;
    segment.release();
    return kept;
  }

  /** Blocks have gaps between them, packets of one block none. */
  private void checkOrder() {
    int packets = 0;
    int end = BASE;
    for (int block = 0; block < reassembly.blocks(); block++) {
      Packet each = reassembly.first(block);
      if (block > 0) {
        assertThat(each.sequence - end).isPositive();
      }
      end = each.sequence;
      for (; each != null; each = each.next) {
        packets++;
        assertThat(each.sequence).isEqualTo(end);
        end += each.payloadBytes;
      }
    }
    if (packets > 0) {
      assertThat(reassembly.end()).isEqualTo(end);
    }
    assertThat(reassembly.packets()).isEqualTo(packets);
  }

  /** Takes all bytes out from {@code from} on and returns them as bits. */
  private int take(int from) {
    int taken = 0;
    int next = from;
    while (next <= SPACE) {
      Packet packet = reassembly.takeNext(BASE + next);
      if (packet == null) {
        next++;
        continue;
      }
      assertThat(packet.sequence).isEqualTo(BASE + next);
      for (int i = 0; i < packet.payloadBytes; i++) {
        assertThat(pool.slab().getByte(packet.payloadOffset + i)).isEqualTo((byte) (next + i));
        taken |= 1 << (next + i);
      }
      next += packet.payloadBytes;
      packet.release();
    }
    return taken;
  }

  /** Every way to insert three pieces of a space of six bytes, against a set of bytes. */
  @ParameterizedTest
  @ValueSource(ints = {0, 256})
  void shouldAgreeWithANaiveModelForAllSmallCases(int smallBytes) {
    reassembly = new Reassembly(smallBytes);
    int pieces = SPACE * (SPACE + 1) / 2;
    int[] from = new int[pieces];
    int[] length = new int[pieces];
    int count = 0;
    for (int start = 0; start < SPACE; start++) {
      for (int size = 1; start + size <= SPACE; size++) {
        from[count] = start;
        length[count++] = size;
      }
    }
    for (int code = 0; code < pieces * pieces * pieces; code++) {
      int model = 0;
      for (int rest = code, i = 0; i < 3; i++, rest /= pieces) {
        int piece = rest % pieces;
        assertThat(insert(from[piece], length[piece], 10)).isTrue();
        model |= ((1 << length[piece]) - 1) << from[piece];
        checkOrder();
      }
      assertThat(take(0)).isEqualTo(model);
      assertThat(reassembly.isEmpty()).isTrue();
    }
  }

  @Test
  void shouldCutOffWhatHasBeenReceivedMeanwhile() {
    insert(1, 4, 10);
    insert(5, 1, 10);
    Packet first = Objects.requireNonNull(reassembly.takeNext(BASE + 3));
    assertThat(first.payloadBytes).isEqualTo(2);
    assertThat(pool.slab().getByte(first.payloadOffset)).isEqualTo((byte) 3);
    first.release();
    assertThat(reassembly.takeNext(BASE + 6)).isNull();
    assertThat(reassembly.isEmpty()).isTrue();
  }

  @Test
  void shouldDropTheHighestWhenThereIsNoRoom() {
    assertThat(insert(1, 1, 2)).isTrue();
    assertThat(insert(3, 1, 2)).isTrue();
    assertThat(insert(5, 1, 2)).isFalse();
    assertThat(take(0)).isEqualTo(0b1010);
    insert(3, 1, 2);
    insert(5, 1, 2);
    assertThat(insert(1, 1, 2)).isFalse();
    assertThat(take(0)).isEqualTo(0b1010);
  }

  /** Of what stands without a gap only the last packet goes. */
  @Test
  void shouldDropTheHighestPacketOfABlockWhenThereIsNoRoom() {
    for (int from = 3; from <= 5; from++) {
      assertThat(insert(from, 1, 3)).isTrue();
    }
    assertThat(insert(1, 1, 3)).isFalse();
    checkOrder();
    assertThat(reassembly.end()).isEqualTo(BASE + 5);
    assertThat(insert(2, 1, 3)).isFalse();
    checkOrder();
    assertThat(take(0)).isEqualTo(0b1110);
  }

  /** Every second octet, from the end to the beginning and between: blocks without end. */
  @Test
  @Requirement("SEC-SEGMENTSMACK-01")
  void shouldKeepNoMoreBlocksThanItMayHave() {
    PacketPool large = new PacketPool(1_024, 0, 0);
    Reassembly many = new Reassembly();
    Segment each = new Segment(large.slab());
    for (int i = 0; i < 2 * Reassembly.MAX_BLOCKS; i++) {
      int from = 4 * Reassembly.MAX_BLOCKS - 2 * i;
      byte[] bytes = Seg.ack().seq(from).data(new byte[] {1}).encode(1, 2, 3, 4, BASE, 0);
      Packet packet = Objects.requireNonNull(large.allocateForReceive());
      packet.setRange(packet.offset(), bytes.length);
      large.slab().copyFrom(bytes, 0, packet.offset(), bytes.length);
      assertThat(each.read(packet, 1, 2)).isEqualTo(DropReason.NONE);
      Reassembly.Kept kept = many.insert(each, 10_000, counters);
      each.release();
      boolean room = i < Reassembly.MAX_BLOCKS;
      assertThat(kept).isEqualTo(room ? Reassembly.Kept.NEW : Reassembly.Kept.DROPPED);
      assertThat(many.blocks()).isEqualTo(Math.min(i + 1, Reassembly.MAX_BLOCKS));
    }
    // What is nearest to being delivered has stayed.
    assertThat(many.end())
        .isEqualTo(BASE + 4 * Reassembly.MAX_BLOCKS - 2 * Reassembly.MAX_BLOCKS + 1);
    many.clear();
    assertThat(large.freeCells()).isEqualTo(1_024);
    large.close();
  }

  @Test
  @Requirement("SEC-SEGMENTSMACK-03")
  void shouldKeepSmallSegmentsTogether() {
    reassembly = new Reassembly();
    for (int i = 1; i < 5; i++) {
      insert(i, 1, 10);
    }
    assertThat(reassembly.packets()).isEqualTo(1);
    assertThat(take(0)).isEqualTo(0b11110);
  }
}
