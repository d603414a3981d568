package dev.trident.udp;

import dev.trident.buffer.CellBuf;
import dev.trident.buffer.Fragment;
import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.buffer.Storage;
import dev.trident.trace.Counter;
import dev.trident.trace.Counters;
import dev.trident.wire.UdpHeader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a queued datagram, as its reader wants it. One that was put together of fragments
 * may lie in many pieces: behind the UDP header in the head of its packet, and in that packet's
 * fragments.
 */
final class ReceivedPayload {
  private final PacketPool pool;
  private final Counters counters;

  ReceivedPayload(PacketPool pool, Counters counters) {
    this.pool = pool;
    this.counters = counters;
  }

  /** Copies the first {@code count} bytes out. */
  void copyTo(Packet packet, ByteBuf buffer, int at, int count) {
    if (packet.fragments() == null) {
      pool.slab().copyTo(packet.payloadOffset, buffer, at, count);
    } else {
      packet.copyTo(UdpHeader.BYTES, buffer, at, count);
    }
    counters.add(Counter.BYTES_COPIED_OUT, count);
  }

  /**
   * A handle over all of it in one piece; the reference to {@code packet} stays the caller's.
   * Pieces are gathered first, once, however often the datagram is looked at.
   *
   * @return null if there is no memory to gather them in
   */
  @Nullable CellBuf contiguous(Packet packet) {
    Fragment piece = packet.fragments();
    if (piece != null && (packet.length() != UdpHeader.BYTES || piece.next() != null)) {
      int moved = packet.gather(UdpHeader.BYTES);
      if (moved < 0) {
        return null;
      }
      counters.add(Counter.BYTES_COPIED_WITHIN, moved);
      piece = packet.fragments();
    }
    Storage storage = piece == null ? packet : piece.storage();
    int start = piece == null ? packet.payloadOffset : piece.slabOffset();
    storage.retain();
    return issue(storage, start, packet.payloadBytes);
  }

  /** How many handles {@link #pieces} needs. */
  static int countPieces(Packet packet) {
    int count = packet.length() > UdpHeader.BYTES || packet.fragments() == null ? 1 : 0;
    for (Fragment piece = packet.fragments(); piece != null; piece = piece.next()) {
      count++;
    }
    return count;
  }

  /**
   * Handles over the pieces as they lie; takes over the reference to {@code packet}.
   *
   * @param into has room for all
   * @return how many there are
   */
  int pieces(Packet packet, CellBuf[] into) {
    int count = 0;
    int inHead = Math.min(packet.payloadBytes, packet.length() - UdpHeader.BYTES);
    for (Fragment piece = packet.fragments(); piece != null; piece = piece.next()) {
      if (count == 0 && inHead > 0) {
        count = 1;
      }
      piece.storage().retain();
      into[count++] = issue(piece.storage(), piece.slabOffset(), piece.lengthBytes());
    }
    packet.dropFragments();
    if (inHead > 0 || count == 0) {
      into[0] = issue(packet, packet.payloadOffset, inHead);
      return Math.max(1, count);
    }
    packet.release();
    return count;
  }

  private CellBuf issue(Storage storage, int start, int length) {
    counters.increment(Counter.BUFFERS_TO_USER);
    return pool.handles().issue(storage, start, length);
  }
}
