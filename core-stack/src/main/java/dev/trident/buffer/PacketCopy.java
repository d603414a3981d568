package dev.trident.buffer;

import org.jspecify.annotations.Nullable;

/** Copies of packets with all their fragments, in cells of their own. */
public final class PacketCopy {
  private PacketCopy() {}

  /**
   * A packet of the same bytes, from slab offset {@code start} in the head of {@code original} on,
   * with as much room in front as there is; a wanted checksum is not asked for again. All or
   * nothing.
   *
   * @return null if memory is short
   */
  public static @Nullable Packet of(Packet original, int start, PacketPool pool) {
    int inHead = original.offset() + original.length() - start;
    int behind = original.fragmentBytes();
    int cells = 1 + (behind + Packet.CELL_BYTES - 1) / Packet.CELL_BYTES;
    Packet copy = pool.hasCellsToSend(cells) ? pool.allocate() : null;
    if (copy == null) {
      return null;
    }
    int end = copy.base() + Packet.CELL_BYTES;
    copy.setRange(Math.min(copy.offset(), end - inHead), inHead);
    pool.slab().copy(start, copy.offset(), inHead);
    Packet cell = null;
    int filled = 0;
    for (Fragment piece = original.fragments(); piece != null; piece = piece.next()) {
      for (int done = 0; done < piece.lengthBytes(); ) {
        if (cell == null) {
          cell = pool.allocateSure();
          filled = 0;
        }
        int here = Math.min(piece.lengthBytes() - done, Packet.CELL_BYTES - filled);
        piece.copyTo(done, here, pool.slab(), cell.base() + filled);
        done += here;
        filled += here;
        if (filled == Packet.CELL_BYTES) {
          append(copy, cell, filled, pool);
          cell = null;
        }
      }
    }
    if (cell != null) {
      append(copy, cell, filled, pool);
    }
    return copy;
  }

  private static void append(Packet copy, Packet cell, int bytes, PacketPool pool) {
    copy.append(pool.fragmentOf(cell, cell.base(), bytes));
    cell.release();
  }
}
