package dev.trident.udp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.PacketPool;
import dev.trident.wire.InternetChecksum;
import io.netty.buffer.ByteBuf;

/**
 * A payload that one cell cannot hold, copied from a user's buffers into as many cells as it takes,
 * which become the fragments of a head without data.
 */
final class LargePayload {
  private final PacketPool pool;

  /** For a payload of one piece. */
  private final ByteBuf[] oneBuffer = new ByteBuf[1];

  private final int[] oneIndex = new int[1];
  private final int[] oneLength = new int[1];

  private long sum;

  LargePayload(PacketPool pool) {
    this.pool = pool;
  }

  /** Cells that {@code bytes} take, the head included. */
  private static int cellsFor(int bytes) {
    return 1 + (bytes + Packet.CELL_BYTES - 1) / Packet.CELL_BYTES;
  }

  /** The checksum's sum of the payload that was appended last. */
  long sum() {
    return sum;
  }

  /** As {@link #append(Packet, ByteBuf[], int[], int[], int)} of one buffer. */
  @SuppressWarnings("NullAway") // the place is empty between calls, and nobody else looks at it
  boolean append(Packet head, ByteBuf buffer, int index, int length) {
    oneBuffer[0] = buffer;
    oneIndex[0] = index;
    oneLength[0] = length;
    boolean done = append(head, oneBuffer, oneIndex, oneLength, length);
    oneBuffer[0] = null;
    return done;
  }

  /**
   * Copies {@code total} bytes behind {@code head}.
   *
   * @return false, and nothing is appended, if there is no memory
   */
  boolean append(Packet head, ByteBuf[] buffers, int[] indexes, int[] lengths, int total) {
    if (!pool.hasCellsToSend(cellsFor(total))) {
      return false;
    }
    sum = 0;
    int buffer = 0;
    int done = 0;
    for (int left = total; left > 0; ) {
      Packet cell = pool.allocateSure();
      int here = Math.min(left, Packet.CELL_BYTES);
      for (int filled = 0; filled < here; ) {
        int count = Math.min(here - filled, lengths[buffer] - done);
        pool.slab().copyFrom(buffers[buffer], indexes[buffer] + done, cell.base() + filled, count);
        filled += count;
        done += count;
        if (done == lengths[buffer] && filled < here) {
          buffer++;
          done = 0;
        }
      }
      sum += InternetChecksum.sum(pool.slab(), cell.base(), here);
      head.append(pool.fragmentOf(cell, cell.base(), here));
      cell.release();
      left -= here;
    }
    return true;
  }
}
