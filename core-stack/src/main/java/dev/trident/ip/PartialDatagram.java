package dev.trident.ip;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.time.TimerNode;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.Ipv4Header;
import org.jspecify.annotations.Nullable;

/**
 * A datagram of which some fragments have arrived. Owns their cells.
 *
 * <pre>
 *   head        fragment zero, in the cell that it came in, its IP header before it
 *   large       fragments of 1,024 bytes and more, each in the cell that it came in
 *   canvases    smaller ones, copied to their place in a cell that stands for 2,048 bytes
 * </pre>
 *
 * <p>So no fragment of ordinary size is copied, tiny ones do not take a cell each, and wherever a
 * fragment belongs is found without looking at others: fragments do not overlap, hence at most one
 * large one begins in each 1,024 bytes.
 *
 * <p>Once given up it keeps its name until the time is over, and refuses what still comes: else the
 * rest of a datagram that was overwritten on purpose could make another one (as RFC 5722 wants for
 * IPv6).
 */
final class PartialDatagram extends TimerNode {
  private static final int BLOCK_SHIFT = 3;
  private static final int BLOCK_BYTES = 1 << BLOCK_SHIFT;
  private static final int LARGE_SHIFT = 10;
  private static final int LARGE_BYTES = 1 << LARGE_SHIFT;
  private static final int CANVAS_SHIFT = 11;
  private static final int CANVAS_MASK = (1 << CANVAS_SHIFT) - 1;
  private static final int MAX_BYTES = 1 << 16;
  private static final int UNKNOWN = -1;

  static {
    assert Packet.CELL_BYTES == 1 << CANVAS_SHIFT : "a canvas is a cell";
  }

  private final Reassembly owner;
  private final PacketPool pool;
  private final Counters counters;

  private final BlockSet received = new BlockSet();

  /** Blocks that fragments begin with: tells a duplicate from an overlap. */
  private final BlockSet starts = new BlockSet();

  private @Nullable Packet head;

  /** By the 1,024 bytes that they begin in; {@link Packet#sequence} is where. */
  private final @Nullable Packet[] large = new Packet[MAX_BYTES >>> LARGE_SHIFT];

  private final @Nullable Packet[] canvases = new Packet[MAX_BYTES >>> CANVAS_SHIFT];

  private int source;
  private int destination;
  private int protocolAndIdentification;

  /** Data bytes of the whole datagram, or -1 until the last fragment has come. */
  private int totalBytes;

  private int receivedBytes;
  private int highestEnd;
  private int fragments;
  private int cells;

  /** A bit for each ECN codepoint seen. */
  private int ecnSeen;

  private boolean refused;

  /** Whether the timeout runs: see {@link Reassembly#onTimer}. */
  private boolean timed;

  PartialDatagram(Reassembly owner, PacketPool pool, Counters counters) {
    this.owner = owner;
    this.pool = pool;
    this.counters = counters;
  }

  void open(int from, int to, int protocolAndId) {
    source = from;
    destination = to;
    protocolAndIdentification = protocolAndId;
    totalBytes = UNKNOWN;
    receivedBytes = 0;
    highestEnd = 0;
    fragments = 0;
    ecnSeen = 0;
    refused = false;
    timed = false;
    received.clear();
    starts.clear();
  }

  boolean is(int from, int to, int protocolAndId) {
    return source == from && destination == to && protocolAndIdentification == protocolAndId;
  }

  int source() {
    return source;
  }

  /** Cells held. */
  int cells() {
    return cells;
  }

  /** Fragments held. */
  int fragments() {
    return fragments;
  }

  /** Fragment zero, if it has come. */
  @Nullable Packet head() {
    return head;
  }

  /** The timeout runs from now on; false if it does already. */
  boolean startTime() {
    boolean starts = !timed;
    timed = true;
    return starts;
  }

  boolean isRefused() {
    return refused;
  }

  boolean isComplete() {
    return receivedBytes == totalBytes;
  }

  // ---- taking in --------------------------------------------------------------------------------

  /**
   * Takes in a fragment with its reference.
   *
   * @param fragment its head is the data, which is not empty
   * @param offset of the data in the datagram, a multiple of 8
   * @return NONE; or why not, the reference staying the caller's: IP_FRAGMENT_DUPLICATE and
   *     NO_MEMORY concern this fragment only, others the whole datagram
   */
  DropReason add(Packet fragment, int offset, boolean more, int ecn) {
    int end = offset + fragment.length();
    int first = offset >>> BLOCK_SHIFT;
    int behind = (end + BLOCK_BYTES - 1) >>> BLOCK_SHIFT;
    DropReason reason = check(end, first, behind, more);
    if (reason != DropReason.NONE) {
      return reason;
    }
    int length = fragment.length();
    if (offset == 0) {
      head = fragment;
      cells++;
    } else if (length >= LARGE_BYTES) {
      fragment.sequence = offset;
      large[offset >>> LARGE_SHIFT] = fragment;
      cells++;
    } else if (!paint(fragment, offset, length)) {
      return DropReason.NO_MEMORY;
    }
    received.addAll(first, behind);
    starts.add(first);
    receivedBytes += length;
    fragments++;
    ecnSeen |= 1 << ecn;
    highestEnd = Math.max(highestEnd, end);
    if (!more) {
      totalBytes = end;
    }
    return DropReason.NONE;
  }

  private DropReason check(int end, int first, int behind, boolean more) {
    boolean contradictsEnd =
        totalBytes != UNKNOWN && (more ? end >= totalBytes : end != totalBytes);
    if (contradictsEnd || (!more && end < highestEnd)) {
      return DropReason.IP_FRAGMENT_END_MISMATCH;
    }
    if (!received.containsAny(first, behind)) {
      return DropReason.NONE;
    }
    boolean whole =
        received.containsAll(first, behind)
            && starts.contains(first)
            && !starts.containsAny(first + 1, behind)
            && (behind == BlockSet.BLOCKS || !received.contains(behind) || starts.contains(behind));
    return whole ? DropReason.IP_FRAGMENT_DUPLICATE : DropReason.IP_FRAGMENT_OVERLAP;
  }

  /**
   * Copies a small fragment to its place. Where there is no canvas yet, its own cell becomes it.
   */
  private boolean paint(Packet fragment, int offset, int length) {
    int first = offset >>> CANVAS_SHIFT;
    int last = (offset + length - 1) >>> CANVAS_SHIFT;
    int inFirst = Math.min(length, ((first + 1) << CANVAS_SHIFT) - offset);
    boolean isSplit = first != last;
    boolean adopted = false;
    if (isSplit && canvases[last] == null) {
      if (canvases[first] == null) {
        Packet fresh = pool.allocateForReceive();
        if (fresh == null) {
          return false;
        }
        adopt(fresh, last);
      } else {
        copyTo(canvases[first], fragment, 0, offset & CANVAS_MASK, inFirst);
        copyTo(fragment, fragment, inFirst, 0, length - inFirst);
        adopt(fragment, last);
        return true;
      }
    }
    if (isSplit) {
      copyTo(canvases[last], fragment, inFirst, 0, length - inFirst);
    }
    Packet canvas = canvases[first];
    if (canvas == null) {
      canvas = fragment;
      adopted = true;
    }
    copyTo(canvas, fragment, 0, offset & CANVAS_MASK, inFirst);
    if (adopted) {
      adopt(fragment, first);
    } else {
      fragment.release();
    }
    return true;
  }

  private void adopt(Packet cell, int canvas) {
    canvases[canvas] = cell;
    cells++;
  }

  private void copyTo(@Nullable Packet canvas, Packet fragment, int skip, int place, int length) {
    if (canvas == null) {
      throw new IllegalStateException("no canvas");
    }
    pool.slab().copy(fragment.offset() + skip, canvas.base() + place, length);
    counters.add(Counter.BYTES_COPIED_WITHIN, length);
  }

  // ---- giving out -------------------------------------------------------------------------------

  /**
   * What the parts say of congestion together (RFC 3168 section 5.3): CE if one of them is marked,
   * which cannot be if another says that its sender does not know ECN.
   *
   * @return the codepoint, or -1 for a contradiction
   */
  int ecn(int ofHead) {
    boolean marked = (ecnSeen >>> Ipv4Header.CE & 1) != 0;
    boolean notCapable = (ecnSeen >>> Ipv4Header.NOT_ECT & 1) != 0;
    return !marked ? ofHead : notCapable ? -1 : Ipv4Header.CE;
  }

  /** The whole datagram: fragment zero with the others behind it. The reference is the caller's. */
  Packet takeWhole() {
    Packet whole = head;
    if (whole == null || !isComplete()) {
      throw new IllegalStateException("datagram is not complete");
    }
    head = null;
    int position = whole.length();
    while (position < totalBytes) {
      Packet big = large[position >>> LARGE_SHIFT];
      if (big != null && big.sequence == position) {
        whole.append(pool.fragmentOf(big, big.offset(), big.length()));
        position += big.length();
      } else {
        int end = endOfPainted(position);
        Packet canvas = canvases[position >>> CANVAS_SHIFT];
        if (canvas == null) {
          throw new IllegalStateException("hole at " + position);
        }
        int start = canvas.base() + (position & CANVAS_MASK);
        whole.append(pool.fragmentOf(canvas, start, end - position));
        position = end;
      }
    }
    releaseCells();
    return whole;
  }

  /** Where the bytes on a canvas end: with the canvas, the datagram, or at a large fragment. */
  private int endOfPainted(int position) {
    int end = Math.min(totalBytes, ((position >>> CANVAS_SHIFT) + 1) << CANVAS_SHIFT);
    for (int i = position >>> LARGE_SHIFT; i <= (end - 1) >>> LARGE_SHIFT; i++) {
      Packet big = large[i];
      if (big != null && big.sequence > position) {
        return Math.min(end, big.sequence);
      }
    }
    return end;
  }

  /** Gives all cells back and refuses what still comes. */
  void refuse() {
    releaseCells();
    refused = true;
    fragments = 0;
  }

  /** Gives all cells back. */
  void releaseCells() {
    Packet first = head;
    head = null;
    if (first != null) {
      first.release();
    }
    releaseAll(large);
    releaseAll(canvases);
    cells = 0;
  }

  private static void releaseAll(@Nullable Packet[] packets) {
    for (int i = 0; i < packets.length; i++) {
      Packet packet = packets[i];
      packets[i] = null;
      if (packet != null) {
        packet.release();
      }
    }
  }

  @Override
  protected void onTimer(long nowNanos) {
    owner.onTimer(this, nowNanos);
  }
}
