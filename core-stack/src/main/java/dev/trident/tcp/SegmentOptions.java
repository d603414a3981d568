package dev.trident.tcp;

import dev.trident.buffer.Slab;
import dev.trident.wire.TcpOptions;

/**
 * What the segment about to be sent says besides its numbers, SYNs apart: timestamps, SACK, and the
 * what is no option but as rare. One object serves all segments of a layer.
 */
final class SegmentOptions {
  /** Both with the no-operations that align them. */
  static final int TIMESTAMPS_BYTES = 12;

  private static final int SACK_HEADER_BYTES = 4;
  private static final int BLOCK_BYTES = 8;

  private boolean mayFragment;
  private int urgentPointer;
  private boolean timestamps;
  private int tsVal;
  private int tsEcr;
  private int blocks;
  private final int[] edges = new int[2 * TcpOptions.MAX_SACK_BLOCKS];

  /** No options. */
  SegmentOptions clear() {
    mayFragment = false;
    urgentPointer = 0;
    timestamps = false;
    blocks = 0;
    return this;
  }

  /** Whether routers may fragment the segment: it goes without DF. */
  void mayFragment(boolean may) {
    mayFragment = may;
  }

  boolean mayFragment() {
    return mayFragment;
  }

  /** The urgent pointer; 0 for a segment without URG. */
  void urgentPointer(int pointer) {
    urgentPointer = pointer;
  }

  int urgentPointer() {
    return urgentPointer;
  }

  void timestamps(int value, int echo) {
    timestamps = true;
    tsVal = value;
    tsEcr = echo;
  }

  /** Adds a block, unless {@code spareBytes} of all options or the header are used up. */
  void sack(int left, int right, int spareBytes) {
    int limit = Math.min(spareBytes, TcpOptions.MAX_BYTES);
    int needed = bytes() + BLOCK_BYTES + (blocks == 0 ? SACK_HEADER_BYTES : 0);
    if (needed <= limit && blocks < TcpOptions.MAX_SACK_BLOCKS) {
      edges[2 * blocks] = left;
      edges[2 * blocks + 1] = right;
      blocks++;
    }
  }

  /** Length, a multiple of 4. */
  int bytes() {
    return (timestamps ? TIMESTAMPS_BYTES : 0)
        + (blocks == 0 ? 0 : SACK_HEADER_BYTES + blocks * BLOCK_BYTES);
  }

  /** Writes {@link #bytes} bytes at {@code offset}. */
  void write(Slab slab, int offset) {
    int at = offset;
    if (timestamps) {
      slab.putShort(at, TcpOptions.NO_OPERATION << 8 | TcpOptions.NO_OPERATION);
      at = TcpOptions.writeTimestamps(slab, at + 2, tsVal, tsEcr);
    }
    if (blocks > 0) {
      TcpOptions.writeSack(slab, at, edges, blocks);
    }
  }
}
