package dev.trident.hw.port.xdp;

import dev.trident.buffer.Slab;
import dev.trident.hw.port.offload.PartialChecksum;
import dev.trident.hw.port.offload.SuperFrame;

/**
 * The receiving half of a port with a umem of its own: copies frames out of chunks and gives the
 * chunks back. Used by the receiving thread alone.
 */
final class XdpReceiver {
  /** {@code xdp_desc.options}: the frame goes on in the next descriptor (XDP_PKT_CONTD). */
  private static final int CONTINUES = 1;

  private final XdpSocket socket;
  private final Slab umem;
  private final int mtuBytes;
  private final boolean completing;
  private final SuperFrame superFrame = new SuperFrame();

  private final XdpCounters counters;

  /** Owns the chunks from 0 up to {@code chunks}, which the kernel gets at once. */
  XdpReceiver(
      XdpSocket socket,
      Slab umem,
      int chunks,
      int mtuBytes,
      boolean completing,
      XdpCounters counters) {
    this.socket = socket;
    this.umem = umem;
    this.mtuBytes = mtuBytes;
    this.completing = completing;
    this.counters = counters;
    for (int chunk = 0; chunk < chunks; chunk++) {
      socket.fill.put((long) chunk * XdpSocket.CHUNK_BYTES);
    }
    socket.fill.publish();
  }

  /** Whether {@link #receive} would find something. */
  boolean hasFrame() {
    return !superFrame.isEmpty() || !socket.rx.isEmpty();
  }

  long cutSegments() {
    return superFrame.segments();
  }

  /** The next frame, as {@code Port.receive} has it; 0 if there is none. */
  int receive(Slab slab, int offset, int capacityBytes) {
    if (!superFrame.isEmpty()) {
      return cut(slab, offset, capacityBytes);
    }
    if (socket.rx.isEmpty()) {
      return 0;
    }
    counters.receivedFrames++;
    if ((socket.rx.options() & CONTINUES) != 0) {
      return gather(slab, offset, capacityBytes);
    }
    int length = socket.rx.length();
    int copied = Math.min(length, capacityBytes);
    umem.copyTo((int) socket.rx.address(), slab, offset, copied);
    counters.copiedInBytes += copied;
    giveBack();
    if (completing && PartialChecksum.completeIfPartial(slab, offset, copied)) {
      counters.completedChecksums++;
    }
    return length;
  }

  /** The kernel may fill the chunk of the oldest descriptor again. */
  private void giveBack() {
    long address = socket.rx.address();
    socket.rx.advance();
    socket.rx.release();
    // As many chunks as places: the ring cannot be full.
    socket.fill.put(address & -XdpSocket.CHUNK_BYTES);
    socket.fill.publish();
  }

  /**
   * A frame of several segments comes in pieces, which the kernel publishes together. How long its
   * segments were is not told, so that they become as long as the wire allows.
   */
  private int gather(Slab slab, int offset, int capacityBytes) {
    counters.superFrames++;
    Slab whole = superFrame.slab();
    int length = 0;
    boolean more = true;
    while (more && !socket.rx.isEmpty()) {
      int piece = socket.rx.length();
      if (length + piece <= whole.bytes()) {
        umem.copyTo((int) socket.rx.address(), whole, length, piece);
        counters.copiedInBytes += piece;
      }
      length += piece;
      more = (socket.rx.options() & CONTINUES) != 0;
      giveBack();
    }
    if (length > whole.bytes() || !superFrame.beginStream(length, mtuBytes)) {
      counters.uncutFrames++;
      return Math.max(length, capacityBytes + 1);
    }
    return cut(slab, offset, capacityBytes);
  }

  private int cut(Slab slab, int offset, int capacityBytes) {
    int length = superFrame.next(slab, offset, capacityBytes);
    counters.copiedInBytes += length;
    counters.completedChecksums++;
    return length;
  }
}
