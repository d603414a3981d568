package dev.trident.hw.nic;

import dev.trident.buffer.Packet;

/**
 * A wire that writes received frames into the posted cells of one virtual interface itself, as an
 * adapter does by direct memory access, and in any order. Calls come from whoever polls that
 * interface.
 */
public interface CellFeed {
  /** {@link #receiveCell}: nothing was received. */
  int NONE = -1;

  /**
   * Lends the wire an empty cell until {@link #receiveCell} names it; until {@link #stop} at most.
   *
   * @return false if it takes no more at present
   */
  boolean post(Packet cell);

  /** A batch of {@link #post} has ended. */
  void endPosting();

  /**
   * Takes one received frame.
   *
   * @return where it begins in the slab, within a cell that was posted, or {@link #NONE}
   */
  int receiveCell();

  /** Length of the frame that {@link #receiveCell} named last. */
  int receivedBytes();

  /**
   * How many frames sent from cells have been read, in the order of sending, since the last call. A
   * wire that has gone for good reads everything so.
   */
  int takeCompleted();

  /** The wire touches no cell from now on, whether received, posted or being sent. */
  void stop();
}
