package dev.trident.hw.link;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.hw.nic.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Memory for frames in flight: grows by chunks up to a bound, and is used again. */
final class FrameStore implements AutoCloseable {
  /** {@link #put}: the bound is reached. */
  static final int FULL = -1;

  private static final int CHUNK_CELLS = 64;
  private static final int MAX_CHUNKS = 1_024;

  private final List<Slab> chunks = new ArrayList<>();
  private int[] lengths = new int[0];

  /** Next free cell after this one. */
  private int[] nextFree = new int[0];

  private int free = FULL;

  /** Copies a frame in; returns the number of its cell, or {@link #FULL}. */
  int put(Frame frame) {
    if (frame.totalBytes() > Packet.CELL_BYTES || (free == FULL && !grow())) {
      return FULL;
    }
    int cell = free;
    free = nextFree[cell];
    lengths[cell] = frame.totalBytes();
    frame.copyTo(slab(cell), offset(cell));
    return cell;
  }

  /** Shows the frame in {@code cell}. */
  Frame show(int cell, Frame view) {
    return view.wrap(slab(cell), offset(cell), lengths[cell]);
  }

  /** Changes bits of the frame in {@code cell}; false if it has none that may change. */
  boolean strike(int cell, long choice) {
    return MemoryError.strike(slab(cell), offset(cell), lengths[cell], choice);
  }

  /** Marks the frame in {@code cell}; false if it must not be, or is. */
  boolean mark(int cell) {
    return CongestionMark.set(slab(cell), offset(cell), lengths[cell]);
  }

  void remove(int cell) {
    nextFree[cell] = free;
    free = cell;
  }

  private boolean grow() {
    int cells = lengths.length;
    if (cells == CHUNK_CELLS * MAX_CHUNKS) {
      return false;
    }
    chunks.add(new Slab(CHUNK_CELLS * Packet.CELL_BYTES));
    lengths = Arrays.copyOf(lengths, cells + CHUNK_CELLS);
    nextFree = Arrays.copyOf(nextFree, cells + CHUNK_CELLS);
    for (int cell = cells + CHUNK_CELLS - 1; cell >= cells; cell--) {
      remove(cell);
    }
    return true;
  }

  private Slab slab(int cell) {
    return chunks.get(cell / CHUNK_CELLS);
  }

  private static int offset(int cell) {
    return cell % CHUNK_CELLS * Packet.CELL_BYTES;
  }

  @Override
  public void close() {
    for (Slab chunk : chunks) {
      chunk.close();
    }
    chunks.clear();
    lengths = new int[0];
    nextFree = new int[0];
    free = FULL;
  }
}
