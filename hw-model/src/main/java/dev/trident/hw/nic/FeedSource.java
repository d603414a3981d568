package dev.trident.hw.nic;

import dev.trident.buffer.Packet;
import dev.trident.trace.DropReason;

/**
 * Fetches frames from a feed straight into the posted cells of one virtual interface. Those for
 * another interface of the adapter are copied on.
 */
final class FeedSource implements FrameSource {
  /** Frames fetched at a time, so that a flood outside cannot hold up the stack. */
  private static final int BATCH = 64;

  private final Nic nic;
  private final FrameFeed feed;
  private final Frame view;

  FeedSource(Nic nic, FrameFeed feed, VirtualInterface into) {
    this.nic = nic;
    this.feed = feed;
    view = new Frame(into);
  }

  @Override
  public boolean pull(VirtualInterface into) {
    for (int i = 0; i < BATCH && into.hasPostedCell(); i++) {
      Packet cell = into.nextPostedCell();
      int start = cell.base() + Packet.RECEIVE_HEADROOM_BYTES;
      int length = feed.receive(cell.slab(), start, VirtualInterface.MAX_FRAME_BYTES);
      if (length <= 0) {
        return length < 0;
      }
      if (length > VirtualInterface.MAX_FRAME_BYTES) {
        into.drop(DropReason.ETHERNET_TOO_LONG);
        continue;
      }
      long kept = nic.sort(into, view.wrap(cell.slab(), start, length));
      if (kept != FrameSorter.ELSEWHERE) {
        into.received(length, (int) kept);
      }
    }
    return false;
  }

  /** Asking would cost a system call; whoever polls asks. */
  @Override
  public boolean hasFrame() {
    return false;
  }
}
