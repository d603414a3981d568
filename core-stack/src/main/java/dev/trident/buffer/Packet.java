package dev.trident.buffer;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The engine's handle of one cell: a frame, segment or datagram, or a part of one.
 *
 * <pre>
 *   base            offset                offset + length          base + CELL_BYTES
 *    |   headroom     |   head: bytes here   |       tailroom          |
 *                                            + fragments, in order: bytes that lie elsewhere
 * </pre>
 *
 * <p>Layers strip a header by moving {@code offset} up and add one by moving it down. The public
 * fields below the line are scratch for the packet's one holder (a queue of the transport); no one
 * else may rely on them.
 */
public final class Packet extends Storage {
  /** Size of a cell; a multiple of it is page aligned, and two cells fill a page. */
  public static final int CELL_BYTES = 2048;

  /**
   * Room kept in front of a payload to be sent: Ethernet with tag 18, IPv4 20, TCP with options 60,
   * rounded up to cache lines.
   */
  public static final int TRANSMIT_HEADROOM_BYTES = 128;

  /**
   * Where a device writes a received frame, so that a payload can be sent on with other headers.
   */
  public static final int RECEIVE_HEADROOM_BYTES = 64;

  /** {@link #wireNanos} of a packet that no device has stamped. */
  public static final long NOT_STAMPED = Long.MIN_VALUE;

  private int offset;
  private int length;
  private @Nullable Fragment fragments;
  private @Nullable Fragment lastFragment;
  private int fragmentBytes;
  private int deviceHolds;
  private int checksumStart;
  private int checksumField;

  // ---- scratch of the holder --------------------------------------------------------------

  /** Next packet of the queue this one stands in. */
  public @Nullable Packet next;

  /** TCP: SEG.SEQ. UDP: source address of a queued datagram. Reassembly: offset of a fragment. */
  public int sequence;

  /** TCP: payload bytes of the segment, without SYN and FIN. UDP: payload bytes. */
  public int payloadBytes;

  /** Slab offset of the payload in a received packet. */
  public int payloadOffset;

  /** Slab offset of the IPv4 header of a received datagram, as long as its bytes are unchanged. */
  public int networkOffset;

  /** Place of the interface that a received datagram came by, among those of its stack. */
  public int interfaceIndex;

  /** TCP: flag bits of the segment and marks of the retransmission queue. UDP: source port. */
  public int control;

  /** Time of the last transmission, or of the arrival. */
  public long stampNanos;

  /** When the device took it off the wire, by its own clock; {@link #NOT_STAMPED} if unknown. */
  public long wireNanos;

  /** How often the segment has been transmitted. */
  public int transmissions;

  Packet(PacketPool pool, int base) {
    super(pool, base);
  }

  @Override
  public int capacityBytes() {
    return CELL_BYTES;
  }

  /** Slab offset of the first byte of the head. */
  public int offset() {
    return offset;
  }

  /** Bytes of the head, without fragments. */
  public int length() {
    return length;
  }

  /** Bytes of head and fragments together. */
  public int totalBytes() {
    return length + fragmentBytes;
  }

  /** Bytes in fragments. */
  public int fragmentBytes() {
    return fragmentBytes;
  }

  public @Nullable Fragment fragments() {
    return fragments;
  }

  /** Cells held at most: its own, and one for each fragment. */
  public int cellsHeld() {
    int cells = 1;
    for (Fragment piece = fragments; piece != null; piece = piece.next()) {
      cells++;
    }
    return cells;
  }

  /** Bytes free in front of the head. */
  public int headroom() {
    return offset - base();
  }

  /** Bytes free behind the head; none while fragments follow it. */
  public int tailroom() {
    return fragments != null ? 0 : base() + CELL_BYTES - offset - length;
  }

  /**
   * Sets the head to {@code lengthBytes} bytes at slab offset {@code start}.
   *
   * @throws IndexOutOfBoundsException if that is not inside this cell
   */
  public void setRange(int start, int lengthBytes) {
    if (start < base() || lengthBytes < 0 || start + lengthBytes > base() + CELL_BYTES) {
      throw new IndexOutOfBoundsException(
          "range " + start + "+" + lengthBytes + " outside cell at " + base());
    }
    offset = start;
    length = lengthBytes;
  }

  /** Drops {@code bytes} in front of the head: the header of a layer that is done. */
  public void trimFront(int bytes) {
    setRange(offset + bytes, length - bytes);
  }

  /** Cuts the head to {@code lengthBytes}: padding behind the datagram goes. */
  public void trimTo(int lengthBytes) {
    setRange(offset, lengthBytes);
  }

  /**
   * Cuts everything behind the first {@code bytes} of head and fragments, and gives the memory back
   * that it lies in.
   */
  public void cutTo(int bytes) {
    if (bytes <= length) {
      dropFragments();
      trimTo(bytes);
      return;
    }
    Fragment last = Objects.requireNonNull(fragments);
    int left = bytes - length;
    while (left > last.lengthBytes()) {
      left -= last.lengthBytes();
      last = Objects.requireNonNull(last.next());
    }
    Fragment behind = last.next();
    last.cutTo(left);
    last.next(null);
    lastFragment = last;
    fragmentBytes = bytes - length;
    releaseAll(behind);
  }

  /** Moves the head down by {@code bytes} and returns its new offset, where the header goes. */
  public int push(int bytes) {
    setRange(offset - bytes, length + bytes);
    return offset;
  }

  /** Appends a fragment, whose reference or loan share passes to this packet. */
  public void append(Fragment fragment) {
    Fragment last = lastFragment;
    if (last == null) {
      fragments = fragment;
    } else {
      last.next(fragment);
    }
    lastFragment = fragment;
    fragmentBytes += fragment.lengthBytes();
  }

  /**
   * Moves the bytes of all fragments behind the head, into this cell.
   *
   * @return bytes moved, or -1 if there is no room for them: nothing has changed then
   */
  public int linearize() {
    int end = offset + length;
    int moved = fragmentBytes;
    if (end + moved > base() + CELL_BYTES) {
      return -1;
    }
    for (Fragment piece = fragments; piece != null; piece = piece.next()) {
      piece.copyTo(slab(), end);
      end += piece.lengthBytes();
    }
    length += moved;
    dropFragments();
    return moved;
  }

  /**
   * Gathers all bytes behind the first {@code headBytes} in one run, which becomes the only
   * fragment.
   *
   * @return bytes moved, or -1 if no run is free: nothing has changed then
   */
  public int gather(int headBytes) {
    int behind = totalBytes() - headBytes;
    Run run = pool().allocateRun(behind + TRANSMIT_HEADROOM_BYTES);
    if (run == null) {
      return -1;
    }
    int start = run.base() + TRANSMIT_HEADROOM_BYTES;
    int end = start + length - headBytes;
    slab().copy(offset + headBytes, start, length - headBytes);
    for (Fragment piece = fragments; piece != null; piece = piece.next()) {
      piece.copyTo(slab(), end);
      end += piece.lengthBytes();
    }
    dropFragments();
    length = headBytes;
    append(pool().fragmentOf(run, start, behind));
    run.release();
    return behind;
  }

  /** Copies {@code count} bytes to a user's buffer, from {@code skip} bytes behind the offset. */
  public void copyTo(int skip, ByteBuf target, int index, int count) {
    int from = skip;
    int to = index;
    int left = count;
    int inHead = Math.min(left, length - from);
    if (inHead > 0) {
      slab().copyTo(offset + from, target, to, inHead);
      to += inHead;
      left -= inHead;
    }
    from = Math.max(0, from - length);
    for (Fragment piece = fragments; piece != null && left > 0; piece = piece.next()) {
      int here = Math.min(left, piece.lengthBytes() - from);
      if (here > 0) {
        slab().copyTo(piece.slabOffset() + from, target, to, here);
        to += here;
        left -= here;
      }
      from = Math.max(0, from - piece.lengthBytes());
    }
  }

  /**
   * Asks the device to sum from slab offset {@code start} to the end of the frame, after its
   * gather, and to store the complement at slab offset {@code field}, which holds the sum of the
   * pseudo-header meanwhile. A complement of zero is stored as all ones, which is the same to TCP
   * and what UDP wants. For frames whose bytes the engine does not touch.
   */
  public void requestChecksum(int start, int field) {
    checksumStart = start;
    checksumField = field;
  }

  /** Whether the device is to compute a checksum. */
  public boolean needsChecksum() {
    return checksumField != 0;
  }

  public int checksumStart() {
    return checksumStart;
  }

  public int checksumField() {
    return checksumField;
  }

  /** Whether a device still reads this packet: it must not be changed and not be sent again. */
  public boolean isHeldByDevice() {
    return deviceHolds != 0;
  }

  /** Called by a device that accepted the packet for transmission: adds a holder. */
  public void holdForDevice() {
    retain();
    deviceHolds++;
  }

  /** Called once per {@link #holdForDevice} when the device has read the packet, or is stopped. */
  public void completeByDevice() {
    if (deviceHolds == 0) {
      throw new IllegalStateException("completion of " + this + ", which no device holds");
    }
    deviceHolds--;
    release();
  }

  @Override
  void onFree() {
    pool().free(this);
  }

  /** Called by the pool: an empty head that leaves {@code headroom} bytes in front. */
  void reset(int headroom) {
    offset = base() + headroom;
    length = 0;
    checksumStart = 0;
    checksumField = 0;
    next = null;
    sequence = 0;
    payloadBytes = 0;
    payloadOffset = 0;
    networkOffset = 0;
    interfaceIndex = 0;
    control = 0;
    stampNanos = 0;
    wireNanos = NOT_STAMPED;
    transmissions = 0;
  }

  /** Gives the fragments back: the packet is free, or its bytes lie elsewhere by now. */
  public void dropFragments() {
    Fragment fragment = fragments;
    fragments = null;
    lastFragment = null;
    fragmentBytes = 0;
    releaseAll(fragment);
  }

  private static void releaseAll(@Nullable Fragment first) {
    Fragment fragment = first;
    while (fragment != null) {
      Fragment following = fragment.next();
      fragment.release();
      fragment = following;
    }
  }

  @Override
  public String toString() {
    return "cell " + base() / CELL_BYTES + " (references " + references() + ")";
  }
}
