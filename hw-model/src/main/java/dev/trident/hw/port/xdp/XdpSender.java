package dev.trident.hw.port.xdp;

import dev.trident.buffer.Slab;

/**
 * The sending half of a port with a umem of its own: copies frames into chunks and collects the
 * chunks when the kernel has completed them, in whatever order. Used by the sending thread alone.
 */
final class XdpSender {
  private final XdpSocket socket;
  private final Slab umem;
  private final TransmitKick kick;
  private final XdpCounters counters;

  /** Chunks that are free, by their address. */
  private final int[] free;

  private int freeCount;

  /**
   * Owns {@code chunks} chunks from {@code firstChunk} on: at most as many as the ring has places.
   */
  XdpSender(
      XdpSocket socket,
      Slab umem,
      int firstChunk,
      int chunks,
      TransmitKick kick,
      XdpCounters counters) {
    this.socket = socket;
    this.umem = umem;
    this.kick = kick;
    this.counters = counters;
    free = new int[chunks];
    for (int chunk = firstChunk + chunks - 1; chunk >= firstChunk; chunk--) {
      free[freeCount++] = chunk * XdpSocket.CHUNK_BYTES;
    }
  }

  /** Puts a frame down; answers false if there is no room. */
  boolean send(Slab slab, int offset, int lengthBytes) {
    if (freeCount == 0) {
      flush();
      if (freeCount == 0) {
        return false;
      }
    }
    int chunk = free[--freeCount];
    slab.copyTo(offset, umem, chunk, lengthBytes);
    socket.tx.put(chunk, lengthBytes);
    counters.sentFrames++;
    counters.copiedOutBytes += lengthBytes;
    return true;
  }

  /** Lets the kernel send what was put down. */
  void flush() {
    kick.flush();
    while (!socket.completion.isEmpty()) {
      free[freeCount++] = (int) socket.completion.address();
      socket.completion.advance();
    }
    socket.completion.release();
  }
}
