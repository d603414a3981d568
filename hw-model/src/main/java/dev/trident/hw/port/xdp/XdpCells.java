package dev.trident.hw.port.xdp;

import dev.trident.buffer.Packet;
import dev.trident.buffer.Slab;
import dev.trident.hw.nic.CellFeed;
import dev.trident.hw.port.offload.PartialChecksum;

/**
 * Both halves of a port whose umem is the slab of a stack: cells that are posted go to the kernel,
 * which writes frames into them, and frames are sent from where they are. Nothing is copied here;
 * whether the kernel copies is a matter of mode and driver.
 *
 * <p>Chunks come back from the kernel in any order: a frame may wait in a queue of the peer. They
 * are counted by cell, and reported in the order of sending as far as that goes without a gap.
 */
final class XdpCells {
  private final ProducerRing fill;
  private final ConsumerRing rx;
  private final ProducerRing tx;
  private final ConsumerRing completion;
  private final Slab slab;
  private final boolean completing;
  private final XdpCounters counters;

  /** Addresses of frames sent and not reported, in the order of sending. */
  private final int[] inFlight;

  private final int mask;
  private int reported;
  private int sent;

  /** Frames of each cell that the kernel has completed and that were not reported. */
  private final byte[] completed;

  private int receivedBytes;

  XdpCells(XdpSocket socket, Slab slab, boolean completing, XdpCounters counters) {
    this(socket.fill, socket.rx, socket.tx, socket.completion, slab, completing, counters);
  }

  XdpCells(
      ProducerRing fill,
      ConsumerRing rx,
      ProducerRing tx,
      ConsumerRing completion,
      Slab slab,
      boolean completing,
      XdpCounters counters) {
    this.fill = fill;
    this.rx = rx;
    this.tx = tx;
    this.completion = completion;
    this.slab = slab;
    this.completing = completing;
    this.counters = counters;
    inFlight = new int[tx.size()];
    mask = inFlight.length - 1;
    completed = new byte[slab.bytes() / Packet.CELL_BYTES];
  }

  boolean post(Packet cell) {
    if (fill.isFull()) {
      return false;
    }
    fill.put(cell.base());
    return true;
  }

  void endPosting() {
    fill.publish();
  }

  boolean hasFrame() {
    return !rx.isEmpty();
  }

  /** As {@code CellFeed.receiveCell}. */
  int receive() {
    if (rx.isEmpty()) {
      return CellFeed.NONE;
    }
    int start = (int) rx.address();
    receivedBytes = rx.length();
    rx.advance();
    rx.release();
    counters.receivedFrames++;
    if (completing && PartialChecksum.completeIfPartial(slab, start, receivedBytes)) {
      counters.completedChecksums++;
    }
    return start;
  }

  int receivedBytes() {
    return receivedBytes;
  }

  /** Whether as many frames are on their way as the rings have places. */
  boolean isFull() {
    return sent - reported > mask;
  }

  /** Whether frames were sent that are not reported. */
  boolean hasUnreported() {
    return sent != reported;
  }

  /** Puts a frame down; only if not {@link #isFull}. */
  void send(int offset, int lengthBytes) {
    tx.put(offset, lengthBytes);
    inFlight[sent++ & mask] = offset;
    counters.sentFrames++;
  }

  /** How many frames may be reported as completed by now. */
  int takeCompleted() {
    while (!completion.isEmpty()) {
      completed[(int) completion.address() / Packet.CELL_BYTES]++;
      completion.advance();
    }
    completion.release();
    int before = reported;
    while (reported != sent && completed[cellAt(reported)] > 0) {
      completed[cellAt(reported)]--;
      reported++;
    }
    return reported - before;
  }

  private int cellAt(int position) {
    return inFlight[position & mask] / Packet.CELL_BYTES;
  }

  /** The device has gone: what is on its way counts as completed. */
  int abandon() {
    int lost = sent - reported;
    reported = sent;
    return lost;
  }
}
