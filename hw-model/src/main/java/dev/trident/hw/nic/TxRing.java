package dev.trident.hw.nic;

import dev.trident.buffer.Packet;

/**
 * Transmit descriptors and the transmit half of the event queue: one event may complete several.
 *
 * <pre>
 *        reaped            completed           posted        reaped + size
 *          | read by device |  still being read  |     room        |
 * </pre>
 *
 * Positions only grow, and wrap as {@code int} does.
 */
final class TxRing {
  private final Packet[] packets;

  /** Bytes of the PIO buffer that each takes. */
  private final int[] pioBytes;

  /** The device has read it before older ones. */
  private final boolean[] readEarly;

  private final int mask;
  private int reaped;
  private int completed;
  private int posted;

  /**
   * An empty ring.
   *
   * @param size a power of two; 0 for a ring that sends nothing
   */
  TxRing(int size) {
    packets = new Packet[size];
    pioBytes = new int[size];
    readEarly = new boolean[size];
    mask = size - 1;
  }

  boolean isFull() {
    return posted - reaped > mask;
  }

  /** Frames that fit while none is outstanding. */
  int size() {
    return mask + 1;
  }

  boolean hasRoomFor(int packets) {
    return posted - reaped + packets <= mask + 1;
  }

  /**
   * Notes a packet, which is held for the device until {@link #reap}; only if not full.
   *
   * @param inPio bytes of the PIO buffer that it takes
   */
  void post(Packet packet, int inPio) {
    packet.holdForDevice();
    int slot = posted++ & mask;
    packets[slot] = packet;
    pioBytes[slot] = inPio;
  }

  /**
   * The device has read the packet at a position between {@code completed} and {@code posted}. It
   * is completed when all older ones are.
   */
  void complete(int position) {
    assert completed != posted : "completion of a frame that was not posted";
    if (position != completed) {
      readEarly[position & mask] = true;
      return;
    }
    completed++;
    while (completed != posted && readEarly[completed & mask]) {
      readEarly[completed++ & mask] = false;
    }
  }

  boolean hasCompletion() {
    return reaped != completed;
  }

  /**
   * Ends the device's hold on the oldest completed packet; only if {@link #hasCompletion}.
   *
   * @return bytes of the PIO buffer that are free by this
   */
  int reap() {
    int slot = reaped++ & mask;
    packets[slot].completeByDevice();
    return pioBytes[slot];
  }

  /** Frames posted and not reaped. */
  int outstanding() {
    return posted - reaped;
  }

  int posted() {
    return posted;
  }

  int completed() {
    return completed;
  }

  int reaped() {
    return reaped;
  }

  /** Ends all holds: the device is stopped. */
  void reapAll() {
    completed = posted;
    while (reaped != posted) {
      reap();
    }
  }
}
