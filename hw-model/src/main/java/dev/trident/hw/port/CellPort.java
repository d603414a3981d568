package dev.trident.hw.port;

import dev.trident.buffer.Slab;
import dev.trident.hw.nic.CellFeed;
import java.io.IOException;

/**
 * A port that can receive into, and send from, the cells of the one stack behind an adapter without
 * a copy. Until {@link #attach} it is an ordinary port.
 */
public interface CellPort extends Port, CellFeed {
  /** Whether it was opened to work so. */
  boolean wantsCells();

  /**
   * Works in {@code slab} from now on; {@link Port#receive} and {@link Port#send} are not used any
   * more. Set-up only.
   *
   * @throws IOException in one line with the remedy: the operating system refuses this memory; the
   *     port is closed then
   */
  void attach(Slab slab) throws IOException;

  /** Whether the wire has gone for good, as {@link Port#GONE} says otherwise. */
  boolean isGone();

  /**
   * Sends from the slab; the bytes must stay until {@link #takeCompleted} has counted the frame.
   *
   * @param offset the frame must lie within one cell
   * @return false if the wire takes nothing at present
   */
  boolean sendCell(int offset, int lengthBytes);
}
