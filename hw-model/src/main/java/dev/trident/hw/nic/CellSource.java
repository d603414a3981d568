package dev.trident.hw.nic;

import dev.trident.buffer.Packet;

/**
 * Keeps a {@link CellFeed} in posted cells and takes them back with frames in them, without a copy.
 * Descriptors are in the order of posting, and cells may come back in another: then two change
 * places in the ring.
 */
final class CellSource implements FrameSource {
  /** Frames taken at a time, so that a flood outside cannot hold up the stack. */
  private static final int BATCH = 64;

  private final Nic nic;
  private final CellFeed feed;
  private final RxRing ring;
  private final Frame view;

  /** Position in the ring of each cell that the feed has; by number of the cell. */
  private final int[] positions;

  /** Position of the next cell to lend to the feed; what is before it and empty is lent. */
  private int lent;

  /** Lends what is posted at once: frames may be on their way. */
  CellSource(Nic nic, CellFeed feed, VirtualInterface into, RxRing ring, int cells) {
    this.nic = nic;
    this.feed = feed;
    this.ring = ring;
    view = new Frame(into);
    positions = new int[cells];
    lent = ring.filled();
    lend();
  }

  @Override
  public boolean pull(VirtualInterface into) {
    for (int completed = feed.takeCompleted(); completed > 0; completed--) {
      into.onTransmitted();
    }
    for (int i = 0; i < BATCH; i++) {
      int start = feed.receiveCell();
      if (start == CellFeed.NONE) {
        break;
      }
      receive(into, start, feed.receivedBytes());
    }
    lend();
    // Completions may be due as long as the interface is open, whatever became of the wire.
    return false;
  }

  private void receive(VirtualInterface into, int start, int length) {
    int position = positions[start / Packet.CELL_BYTES];
    ring.swapWithNext(position);
    positions[ring.cellAt(position).base() / Packet.CELL_BYTES] = position;
    Packet cell = ring.nextPosted();
    long kept = nic.sort(into, view.wrap(cell.slab(), start, length));
    // There is no other interface, by the rule that a feed of cells is for the only one.
    into.receivedAt(start, length, kept == FrameSorter.ELSEWHERE ? 0 : (int) kept);
  }

  private void lend() {
    boolean any = false;
    while (lent != ring.posted()) {
      Packet cell = ring.cellAt(lent);
      if (!feed.post(cell)) {
        break;
      }
      positions[cell.base() / Packet.CELL_BYTES] = lent;
      lent++;
      any = true;
    }
    if (any) {
      feed.endPosting();
    }
  }

  /** Asking is as dear as taking; whoever polls asks. */
  @Override
  public boolean hasFrame() {
    return false;
  }

  @Override
  public void stop() {
    feed.stop();
  }
}
