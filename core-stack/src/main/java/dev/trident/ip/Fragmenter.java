package dev.trident.ip;

import dev.trident.buffer.Fragment;
import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.Slab;
import dev.trident.endpoint.StackError;
import dev.trident.link.EthernetFraming;
import dev.trident.link.NetInterface;
import dev.trident.link.NetworkDevice;
import dev.trident.link.OversizeOutput;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.trace.DropReason;
import dev.trident.wire.Ipv4Header;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a datagram that is too long for its link in fragments (RFC 791 section 3.2). Each is a cell
 * with the headers, and behind them parts of where the bytes lie already: nothing is copied.
 *
 * <p>All fragments are sent or none: memory and room in the ring are looked for first. Only a wire
 * that refuses in the midst, which a ring does not tell of, loses the rest, as wires do.
 */
final class Fragmenter implements OversizeOutput {
  /**
   * Keeps a small MTU from filling a ring: a datagram of 65,535 bytes needs MTUs of 548 or more.
   */
  private static final int MAX_FRAGMENTS = 128;

  /** What a device gathers for one frame at most; bytes in more pieces are copied together. */
  private static final int MAX_PARTS = 8;

  private static final int UNIT_MASK = ~7;
  private static final int UNIT_SHIFT = 3;

  private final PacketPool pool;
  private final Slab slab;
  private final Counters counters;

  /** Where the next fragment's data begins: how far into the head, or into {@link #piece}. */
  private int skip;

  /** Null while in the head, and behind the end. */
  private @Nullable Fragment piece;

  private boolean inHead;

  Fragmenter(PacketPool pool, Counters counters) {
    this.pool = pool;
    this.counters = counters;
    slab = pool.slab();
  }

  /** Data bytes of every fragment but the last on a link that carries {@code mtuBytes}. */
  private static int dataBytes(int mtuBytes) {
    return mtuBytes - Ipv4Header.BYTES & UNIT_MASK;
  }

  /** Most fragments of one datagram: a device with a small ring never takes more at once. */
  private static int maxFragments(NetworkDevice device) {
    return Math.min(MAX_FRAGMENTS, device.transmitSlots());
  }

  /** Data bytes of the longest datagram that can be cut for {@code out}. */
  static int maxDataBytes(NetInterface out, int mtuBytes) {
    return dataBytes(mtuBytes) * maxFragments(out.device());
  }

  @Override
  public void sendResolved(Packet frame, NetInterface out) {
    int result = send(frame, out, out.mtuBytes());
    if (result < 0) {
      counters.drop(
          result == StackError.WOULD_BLOCK.code
              ? DropReason.DEVICE_RING_FULL
              : DropReason.NO_MEMORY);
    }
  }

  /**
   * Sends {@code frame}, whose headers are those of the whole datagram, in fragments. The caller
   * keeps its reference, and its bytes must not change until the device has read them.
   *
   * @return 0; or WOULD_BLOCK, NO_BUFFERS, MESSAGE_TOO_LONG, and nothing was sent
   */
  int send(Packet frame, NetInterface out, int mtuBytes) {
    int headers = EthernetFraming.headerBytes(out) + Ipv4Header.BYTES;
    int data = frame.totalBytes() - headers;
    int each = dataBytes(mtuBytes);
    int count = (data + each - 1) / each;
    int refusal = refusal(count, out.device());
    if (refusal < 0) {
      counters.increment(Counter.IP_FRAGMENTATION_FAILED);
      return refusal;
    }
    skip = headers;
    inHead = true;
    piece = null;
    int sent = 0;
    for (int offset = 0; offset < data; offset += each) {
      Packet part = part(frame, headers, offset, Math.min(each, data - offset), data);
      boolean isPosted = part != null && out.device().transmit(part, NetworkDevice.DEFAULT_QUEUE);
      if (part != null) {
        part.release();
      }
      if (!isPosted) {
        break;
      }
      sent++;
    }
    piece = null;
    counters.add(Counter.FRAMES_SENT, sent);
    counters.add(Counter.IP_FRAGMENTS_MADE, sent);
    return finish(sent, count);
  }

  private int refusal(int count, NetworkDevice device) {
    if (count > maxFragments(device)) {
      return StackError.MESSAGE_TOO_LONG.code;
    }
    if (!pool.hasCellsToSend(count)) {
      return StackError.NO_BUFFERS.code;
    }
    if (!device.hasRoomFor(count)) {
      counters.increment(Counter.DEVICE_BUSY);
      return StackError.WOULD_BLOCK.code;
    }
    return 0;
  }

  private int finish(int sent, int count) {
    if (sent == count) {
      counters.increment(Counter.IP_FRAGMENTED);
      return 0;
    }
    counters.increment(Counter.IP_FRAGMENTATION_FAILED);
    counters.increment(Counter.DEVICE_BUSY);
    if (sent == 0) {
      return StackError.WOULD_BLOCK.code;
    }
    counters.drop(DropReason.DEVICE_RING_FULL, count - sent);
    return 0;
  }

  private @Nullable Packet part(Packet frame, int headers, int offset, int bytes, int data) {
    Packet part = pool.allocate();
    if (part == null) {
      return null;
    }
    int start = part.offset();
    part.setRange(start, headers);
    slab.copy(frame.offset(), start, headers);
    int more = offset + bytes < data ? Ipv4Header.MORE_FRAGMENTS : 0;
    Ipv4Header.changeToFragment(
        slab,
        start + headers - Ipv4Header.BYTES,
        Ipv4Header.BYTES + bytes,
        more | offset >>> UNIT_SHIFT);
    if (piecesIn(frame, bytes) <= MAX_PARTS) {
      fill(part, frame, bytes, /* copying= */ false);
    } else {
      fill(part, frame, bytes, /* copying= */ true);
      EthernetFraming.pad(part);
    }
    return part;
  }

  private int piecesIn(Packet frame, int bytes) {
    int left = bytes;
    int from = skip;
    int pieces = 0;
    Fragment next = piece;
    if (inHead) {
      pieces = from < frame.length() ? 1 : 0;
      left -= frame.length() - from;
      from = 0;
      next = frame.fragments();
    }
    while (left > 0 && next != null) {
      left -= next.lengthBytes() - from;
      from = 0;
      next = next.next();
      pieces++;
    }
    return pieces;
  }

  /** Puts the next {@code bytes} behind the headers of {@code part}, and moves on. */
  private void fill(Packet part, Packet frame, int bytes, boolean copying) {
    int left = bytes;
    while (left > 0) {
      Fragment from = piece;
      int present = (from == null ? frame.length() : from.lengthBytes()) - skip;
      int here = Math.min(left, present);
      if (here > 0) {
        Fragment cut =
            from == null
                ? pool.fragmentOf(frame, frame.offset() + skip, here)
                : from.part(skip, here);
        part.append(cut);
        left -= here;
        skip += here;
      }
      if (here == present) {
        piece = from == null ? frame.fragments() : from.next();
        inHead = false;
        skip = 0;
      }
    }
    if (copying) {
      counters.add(Counter.BYTES_COPIED_WITHIN, part.linearize());
    }
  }
}
