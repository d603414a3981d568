package dev.trident.tcp;

import dev.trident.buffer.Packet;
import dev.trident.trace.Counters;
import dev.trident.wire.SequenceNumber;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Data that arrived ahead of a gap: blocks without a gap in them, by ascending sequence, each a
 * chain of packets. Owns one reference to each packet.
 *
 * <pre>
 *    kept       |---- a ----|              |-- b --|   |---- c ----|
 *    arrives             |---------------------------------|
 *    kept       |---- a ----|--------- arrived --------|---- c ----|     one block
 * </pre>
 *
 * <p>Octets that are kept already win over those that arrive, except that a segment which arrives
 * replaces a block that it covers wholly. An honest sender repeats the same octets, so only the
 * cost differs; a dishonest one gains nothing that it could not have sent at first. Nor does it
 * gain by many small segments: those without a gap between share a cell, the blocks are limited in
 * number, and a segment finds its place among them by bisection.
 */
final class Reassembly {
  /** What became of a segment. */
  enum Kept {
    /** At least a part of it was new, and is kept. */
    NEW,
    /** All of it was here before. */
    DUPLICATE,
    /** It, or what follows behind it, was dropped for want of room. */
    DROPPED
  }

  /** Gaps in a window, with room for one that loses every tenth of three thousand segments. */
  static final int MAX_BLOCKS = 256;

  private static final int INITIAL_BLOCKS = 8;

  /** What is smaller is rather copied behind what it follows than given a cell of its own. */
  private static final int SMALL_BYTES = 256;

  private final int smallBytes;
  private int[] lefts = new int[INITIAL_BLOCKS];
  private int[] rights = new int[INITIAL_BLOCKS];
  private @Nullable Packet[] firsts = new Packet[INITIAL_BLOCKS];
  private @Nullable Packet[] lasts = new Packet[INITIAL_BLOCKS];
  private int blocks;
  private int packets;

  Reassembly() {
    this(SMALL_BYTES);
  }

  /**
   * @param smallBytes segments below this are copied behind what they follow
   */
  Reassembly(int smallBytes) {
    this.smallBytes = smallBytes;
  }

  boolean isEmpty() {
    return blocks == 0;
  }

  /** Packets kept. */
  int packets() {
    return packets;
  }

  /** Blocks kept. */
  int blocks() {
    return blocks;
  }

  /** The first packet of a block; others follow by {@link Packet#next}. */
  Packet first(int block) {
    return Objects.requireNonNull(firsts[block]);
  }

  /** The number behind the last octet kept; only if there is one. */
  int end() {
    return rights[blocks - 1];
  }

  /**
   * Keeps the data of a segment that begins behind RCV.NXT, as far as it is new.
   *
   * @param maxPackets when so many are kept, the last goes
   */
  Kept insert(Segment segment, int maxPackets, Counters counters) {
    int at = firstReaching(segment.seq());
    boolean joinsBefore = at < blocks && SequenceNumber.lessOrEqual(lefts[at], segment.seq());
    if (joinsBefore) {
      int covered = rights[at] - segment.seq();
      if (covered >= segment.payloadBytes()) {
        return Kept.DUPLICATE;
      }
      segment.trimFront(covered);
      at++;
    }
    int end = segment.seq() + segment.payloadBytes();
    int behind = at;
    while (behind < blocks && SequenceNumber.lessOrEqual(rights[behind], end)) {
      behind++;
    }
    drop(at, behind);
    if (at < blocks && SequenceNumber.lessThan(lefts[at], end)) {
      segment.trimData(lefts[at] - segment.seq());
    }
    boolean noBlock = blocks == MAX_BLOCKS && !joinsBefore;
    boolean full = noBlock || packets >= maxPackets;
    if (full && at == blocks) {
      return Kept.DROPPED;
    }
    if (noBlock) {
      drop(blocks - 1, blocks);
    } else if (full) {
      dropLastPacket();
    }
    keep(segment, at, joinsBefore, counters);
    return full ? Kept.DROPPED : Kept.NEW;
  }

  /** The first block that ends at {@code seq} or behind it, or as many as there are. */
  private int firstReaching(int seq) {
    int low = 0;
    int high = blocks;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (SequenceNumber.lessThan(rights[middle], seq)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * Keeps a segment before block {@code at}, without a gap after the block before it or with one.
   */
  private void keep(Segment segment, int at, boolean joinsBefore, Counters counters) {
    int block = at;
    if (joinsBefore) {
      block = at - 1;
      append(segment, block, counters);
    } else {
      open(at);
      Packet packet = take(segment);
      lefts[at] = packet.sequence;
      firsts[at] = packet;
      lasts[at] = packet;
    }
    rights[block] = segment.seq() + segment.payloadBytes();
    int next = block + 1;
    if (next < blocks && lefts[next] == rights[block]) {
      Objects.requireNonNull(lasts[block]).next = firsts[next];
      lasts[block] = lasts[next];
      rights[block] = rights[next];
      close(next, next + 1);
    }
  }

  private void append(Segment segment, int block, Counters counters) {
    Packet last = Objects.requireNonNull(lasts[block]);
    int count = segment.payloadBytes();
    if (count >= smallBytes || !ReceiveQueue.join(last, segment.payloadOffset(), count, counters)) {
      Packet packet = take(segment);
      last.next = packet;
      lasts[block] = packet;
    }
  }

  private Packet take(Segment segment) {
    Packet packet = segment.takePacket();
    packet.sequence = segment.seq();
    packet.payloadOffset = segment.payloadOffset();
    packet.payloadBytes = segment.payloadBytes();
    packet.next = null;
    packets++;
    return packet;
  }

  /** Makes room for a block at {@code at}. */
  private void open(int at) {
    if (blocks == lefts.length) {
      int more = 2 * blocks;
      lefts = Arrays.copyOf(lefts, more);
      rights = Arrays.copyOf(rights, more);
      firsts = Arrays.copyOf(firsts, more);
      lasts = Arrays.copyOf(lasts, more);
    }
    move(at, at + 1);
    blocks++;
  }

  /** Forgets blocks; their packets are somebody else's. */
  private void close(int from, int to) {
    move(to, from);
    int count = blocks - (to - from);
    Arrays.fill(firsts, count, blocks, null);
    Arrays.fill(lasts, count, blocks, null);
    blocks = count;
  }

  private void move(int from, int to) {
    int count = blocks - from;
    System.arraycopy(lefts, from, lefts, to, count);
    System.arraycopy(rights, from, rights, to, count);
    System.arraycopy(firsts, from, firsts, to, count);
    System.arraycopy(lasts, from, lasts, to, count);
  }

  private void drop(int from, int to) {
    if (from == to) {
      return;
    }
    for (int block = from; block < to; block++) {
      Packet packet = firsts[block];
      while (packet != null) {
        Packet following = packet.next;
        packet.next = null;
        packet.release();
        packets--;
        packet = following;
      }
    }
    close(from, to);
  }

  private void dropLastPacket() {
    int block = blocks - 1;
    Packet before = first(block);
    Packet last = Objects.requireNonNull(lasts[block]);
    if (before == last) {
      drop(block, blocks);
      return;
    }
    while (before.next != last) {
      before = Objects.requireNonNull(before.next);
    }
    before.next = null;
    lasts[block] = before;
    rights[block] = last.sequence;
    last.release();
    packets--;
  }

  /**
   * Takes the first packet out if nothing is missing before it, cut to what lies at {@code rcvNxt}
   * and after; packets that lie wholly before are dropped. Null if there is none.
   */
  @Nullable Packet takeNext(int rcvNxt) {
    while (blocks > 0) {
      Packet first = first(0);
      int before = rcvNxt - first.sequence;
      if (before < 0) {
        return null;
      }
      Packet following = first.next;
      first.next = null;
      packets--;
      if (following == null) {
        close(0, 1);
      } else {
        firsts[0] = following;
        lefts[0] = following.sequence;
      }
      if (before < first.payloadBytes) {
        first.sequence = rcvNxt;
        first.payloadOffset += before;
        first.payloadBytes -= before;
        return first;
      }
      first.release();
    }
    return null;
  }

  void clear() {
    drop(0, blocks);
  }
}
